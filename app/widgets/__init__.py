"""Qt parts that know no session: sliders, buttons, forms, axes."""
