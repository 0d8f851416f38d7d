"""What all pages share: rendering in a theme, access, forms, tables, navigation, languages, assets, security headers."""
