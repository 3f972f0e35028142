"""A read-only server of findings for assistants (Model Context Protocol): ``cn mcp``."""
