"""What was tested on the record, and the tables of its page."""
