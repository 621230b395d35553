"""Events: dates, registration window, minimum age, capacity."""
