"""Velocities that are set by hand: those of a take, and the shapes that a hand gives them. Arrays alone."""
