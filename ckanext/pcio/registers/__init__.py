"""What people must tell us: reuse, exchange and demand."""
