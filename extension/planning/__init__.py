"""Decides what a lead can become. Pure: values in, values out."""
