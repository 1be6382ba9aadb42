"""Enhanced profiles for what sliders cannot carry: fitted after a match, shared by photos with the same edit."""
