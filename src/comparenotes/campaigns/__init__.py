"""What a campaign is: model, folder format, validation, catalogue, importers."""
