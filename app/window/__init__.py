"""The main window: menus, header, messages, the welcome page; what places the parts and connects them."""
