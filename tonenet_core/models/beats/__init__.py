"""The beat tracker: where the beats of a recording without metre are, and how sure that is."""
