"""A model that invents whole pieces, note by note."""
