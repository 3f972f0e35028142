"""Writers: from a document's data to files and pages."""
