"""What somebody would write by hand for the measured requests, without GraphQL and without ORM."""
