"""What puts the services together without belonging to any of them: launcher, gateway, demo municipality."""
