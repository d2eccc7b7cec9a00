"""Settings, language, log and folders."""
