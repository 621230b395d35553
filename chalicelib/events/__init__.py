"""Which event, and when: dates, registration window, minimum age, capacity."""
