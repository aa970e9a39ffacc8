"""The figures of the page: one file each, none drawn where there is nothing to show."""
