"""Convert Anywhere for Zoho CRM."""
