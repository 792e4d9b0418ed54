"""The database: engines, tenancy, migrations. Knows no domain."""
