"""The programs that a library can be carried to, each behind one interface: `door.Door`. `every.DOORS` lists them."""
