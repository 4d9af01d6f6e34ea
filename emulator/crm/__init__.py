"""The CRM part of the emulator: one module per group of Zoho endpoints."""
