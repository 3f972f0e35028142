"""The generated parts of the documentation: outputs of commands, tables, the CLI reference."""
