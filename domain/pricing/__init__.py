"""Prices: what admissions cost together, by the rules of their types, promo codes, taxes and fees.

rounding      half up, and shares by largest remainder
rules         what a ticket of a type costs, by seat, time, sales, demand, or as the buyer names it
promo_codes   words that make tickets cheaper
taxes, fees   what is parted from a price or added to it
values        what a quote is asked with, reckoned from, and says
listing       list prices
discounts     what promo codes take off
quoting       the quote
refusals      why there is no price
…_editing     what organizers may say of rules, settings and codes
store         what the store of prices must offer
"""

from domain.pricing.fees import FeeKind, FeePer, FeeRule
from domain.pricing.listing import next_price, price_range
from domain.pricing.promo_codes import MOST_SHOWN, PromoCode, PromoKind
from domain.pricing.promo_editing import (
    CreatePromoCode,
    PromoCodeDetails,
    PromoCodeTaken,
    UpdatePromoCode,
    buyer_names,
)
from domain.pricing.quoting import quote
from domain.pricing.refusals import (
    AmountTooLarge,
    CurrenciesMixed,
    PriceNamedTooHigh,
    PriceNamedTooLow,
    PriceNotNamed,
    PriceOutOfBounds,
    PromoCodeFault,
    PromoCodeNotValid,
    TooManyPromoCodes,
)
from domain.pricing.rounding import MILLION, apportioned, half_up
from domain.pricing.rules import (
    BASE_PRICE,
    STANDARD,
    CategoryPrice,
    DemandRule,
    DemandStep,
    NamedPrice,
    PriceKind,
    PriceRules,
    PriceTier,
)
from domain.pricing.rules_editing import SetPriceRules
from domain.pricing.settings_editing import SetFees, SetPricing, SetTaxRules
from domain.pricing.store import Prices
from domain.pricing.taxes import Place, TaxRounding, TaxRule, rate_of
from domain.pricing.values import (
    BookedPool,
    BookedType,
    CodeSpent,
    PriceBook,
    PricedAsk,
    PricingSettings,
    Quote,
    QuotedFee,
    QuotedLine,
)

__all__ = [
    "BASE_PRICE",
    "MILLION",
    "MOST_SHOWN",
    "STANDARD",
    "AmountTooLarge",
    "BookedPool",
    "BookedType",
    "CategoryPrice",
    "CodeSpent",
    "CreatePromoCode",
    "CurrenciesMixed",
    "DemandRule",
    "DemandStep",
    "FeeKind",
    "FeePer",
    "FeeRule",
    "NamedPrice",
    "Place",
    "PriceBook",
    "PriceKind",
    "PriceNamedTooHigh",
    "PriceNamedTooLow",
    "PriceNotNamed",
    "PriceOutOfBounds",
    "PriceRules",
    "PriceTier",
    "PricedAsk",
    "Prices",
    "PricingSettings",
    "PromoCode",
    "PromoCodeDetails",
    "PromoCodeFault",
    "PromoCodeNotValid",
    "PromoCodeTaken",
    "PromoKind",
    "Quote",
    "QuotedFee",
    "QuotedLine",
    "SetFees",
    "SetPriceRules",
    "SetPricing",
    "SetTaxRules",
    "TaxRounding",
    "TaxRule",
    "TooManyPromoCodes",
    "UpdatePromoCode",
    "apportioned",
    "buyer_names",
    "half_up",
    "next_price",
    "price_range",
    "quote",
    "rate_of",
]
