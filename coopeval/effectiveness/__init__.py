"""What a result costs against an alternative: increments, net benefit, value of knowing more, additionality."""

from coopeval.effectiveness.additionality import (
    Gross,
    break_even_deadweight,
    cost_per_additional,
    gross,
    gross_to_net,
    published_rates,
    rates,
    rates_used,
)
from coopeval.effectiveness.benefit import acceptability, difference, net_benefit, plane
from coopeval.effectiveness.checklist import checklist
from coopeval.effectiveness.discounting import discounted, present_value
from coopeval.effectiveness.drawing import draws
from coopeval.effectiveness.increments import increments
from coopeval.effectiveness.information import value_of_information
from coopeval.effectiveness.mixing import towards
from coopeval.effectiveness.projects import alternatives, in_windows, options, yearly
from coopeval.effectiveness.quadrants import quadrant
from coopeval.effectiveness.regression import net_benefit_regression
from coopeval.effectiveness.sensitivity import tornado, two_way

__all__ = [
    "Gross", "acceptability", "alternatives", "break_even_deadweight", "checklist", "cost_per_additional", "difference",
    "discounted", "draws", "gross", "gross_to_net", "in_windows", "increments", "net_benefit", "net_benefit_regression",
    "options", "plane", "present_value", "published_rates", "quadrant", "rates", "rates_used", "tornado", "towards",
    "two_way", "value_of_information", "yearly",
]  # fmt: skip
