"""Brands: what a reseller's people see of a name, colours and a logo, and where a brand is found."""

from aerostic.tenancy.brands.brand import Brand, Link
from aerostic.tenancy.brands.finding import brand_for_tenant, brand_of_reseller, platform_brand

__all__ = ["Brand", "Link", "brand_for_tenant", "brand_of_reseller", "platform_brand"]
