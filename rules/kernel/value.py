"""The kinds of values that people write, each a type of its own; a scalar reads each of them."""

from datetime import date
from decimal import Decimal
from typing import NewType

Money = NewType("Money", Decimal)
Score = NewType("Score", Decimal)
Day = NewType("Day", date)
YearMonth = NewType("YearMonth", date)
IdNumber = NewType("IdNumber", str)
MobileNumber = NewType("MobileNumber", str)
CardNumber = NewType("CardNumber", str)
CreditCode = NewType("CreditCode", str)
AccountName = NewType("AccountName", str)
RegionCode = NewType("RegionCode", str)
Text = NewType("Text", str)
Code = NewType("Code", str)
Paragraph = NewType("Paragraph", str)
RowId = NewType("RowId", str)
