"""What is shown, as data: chart specifications and their theme. Writers are in ``render``."""
