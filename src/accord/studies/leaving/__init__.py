"""Who leaves: a hazard model per service with its card; it abstains where it knows too little."""
