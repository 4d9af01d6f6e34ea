"""What Zoho does by itself: workflow rules that call webhooks, and notifications of changes."""
