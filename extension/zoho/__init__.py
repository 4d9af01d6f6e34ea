"""Answers: talks to Zoho, and knows neither Flask nor a database."""
