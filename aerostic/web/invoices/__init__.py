"""Invoices and credit notes as PDF, in the brand of who issued them and the language of who reads them."""
