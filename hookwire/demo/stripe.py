"""Stripe events: charges and invoices, pretty-printed as Stripe sends them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hookwire.demo import signing
from hookwire.demo.chance import Chance, epoch
from hookwire.demo.world import PEOPLE, PRODUCTS, Person

API_VERSION = "2025-03-31.basil"
CURRENCIES = ("eur", "eur", "usd", "gbp")

Json = dict[str, Any]


def headers(body: bytes, chance: Chance) -> tuple[tuple[str, str], ...]:
    return (
        ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
        ("Accept", "*/*; q=0.5, application/xml"),
        ("Cache-Control", "no-cache"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("Stripe-Signature", signing.stripe(body, epoch(chance.now))),
    )


def body(kind: str, chance: Chance) -> bytes:
    """One event; `kind` is one of KINDS."""
    moment = chance.moment()
    type_ = chance.pick(KINDS[kind])
    subject = _OBJECTS[kind](type_, moment, chance)
    event = {
        "id": f"evt_1{chance.token(23)}",
        "object": "event",
        "api_version": API_VERSION,
        "created": epoch(moment),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": f"req_{chance.token(14)}", "idempotency_key": chance.uuid()},
        "type": type_,
    }
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


def _charge(type_: str, moment: datetime, chance: Chance) -> Json:
    payer, product = chance.pick(PEOPLE), chance.pick(PRODUCTS)
    failed = type_ == "charge.failed"
    identity = f"ch_3{chance.token(23)}"
    return {
        "id": identity,
        "object": "charge",
        "amount": product.cents,
        "amount_captured": 0 if failed else product.cents,
        "amount_refunded": product.cents if type_ == "charge.refunded" else 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None if failed else f"txn_3{chance.token(23)}",
        "billing_details": _billing(payer, chance),
        "calculated_statement_descriptor": "HARBOUR",
        "captured": not failed,
        "created": epoch(moment),
        "currency": chance.pick(CURRENCIES),
        "customer": payer.customer_id,
        "description": product.name,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": "card_declined" if failed else None,
        "failure_message": "Your card was declined." if failed else None,
        "fraud_details": {},
        "invoice": None,
        "livemode": False,
        "metadata": {"user_id": payer.user_id, "plan": product.plan},
        "on_behalf_of": None,
        "order": None,
        "outcome": _outcome(failed, chance),
        "paid": not failed,
        "payment_intent": f"pi_3{chance.token(23)}",
        "payment_method": f"pm_1{chance.token(23)}",
        "payment_method_details": _card(product.cents, chance),
        "receipt_email": payer.email,
        "receipt_number": None,
        "receipt_url": f"https://pay.example.com/receipts/payment/{chance.token(96)}",
        "refunded": type_ == "charge.refunded",
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "failed" if failed else "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def _billing(payer: Person, chance: Chance) -> Json:
    address = {
        "city": chance.pick(("Bergen", "Porto", "Ōsaka", "Lagos", "İzmir")),
        "country": chance.pick(("NO", "PT", "JP", "NG", "TR")),
        "line1": f"Quay {chance.number(1, 90)}",
        "line2": None,
        "postal_code": f"{chance.number(1000, 99_999)}",
        "state": None,
    }
    return {"address": address, "email": payer.email, "name": payer.name, "phone": None}


def _outcome(failed: bool, chance: Chance) -> Json:
    return {
        "network_status": "declined_by_network" if failed else "approved_by_network",
        "reason": "generic_decline" if failed else None,
        "risk_level": "normal",
        "risk_score": chance.number(1, 60),
        "seller_message": "The bank did not say why." if failed else "Payment complete.",
        "type": "issuer_declined" if failed else "authorized",
    }


def _card(cents: int, chance: Chance) -> Json:
    brand = chance.pick(("visa", "mastercard", "amex"))
    checks = {"address_line1_check": "pass", "address_postal_code_check": "pass",
              "cvc_check": "pass"}  # fmt: skip
    return {
        "card": {
            "amount_authorized": cents,
            "authorization_code": None,
            "brand": brand,
            "checks": checks,
            "country": "US",
            "exp_month": chance.number(1, 12),
            "exp_year": chance.number(2027, 2033),
            "extended_authorization": {"status": "disabled"},
            "fingerprint": chance.token(16),
            "funding": chance.pick(("credit", "debit")),
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "last4": f"{chance.number(0, 9999):04d}",
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": brand,
            "network_token": {"used": False},
            "overcapture": {"maximum_amount_capturable": cents, "status": "unavailable"},
            "three_d_secure": None,
            "wallet": None,
        },
        "type": "card",
    }


def _invoice(type_: str, moment: datetime, chance: Chance) -> Json:
    payer, currency = chance.pick(PEOPLE), chance.pick(CURRENCIES)
    paid, number = type_ == "invoice.paid", f"HARBOUR-{chance.number(1, 9999):04d}"
    lines = [_line(payer, currency, moment, chance) for _ in range(chance.number(1, 6))]
    total = sum(line["amount"] for line in lines)
    return {
        "id": f"in_1{chance.token(23)}",
        "object": "invoice",
        "account_country": "NO",
        "account_name": "Harbour",
        "amount_due": total,
        "amount_paid": total if paid else 0,
        "amount_remaining": 0 if paid else total,
        "amount_shipping": 0,
        "attempt_count": 1 if paid else chance.number(1, 4),
        "attempted": True,
        "auto_advance": not paid,
        "automatic_tax": {"enabled": False, "liability": None, "status": None},
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": epoch(moment),
        "currency": currency,
        "custom_fields": None,
        "customer": payer.customer_id,
        "customer_address": _billing(payer, chance)["address"],
        "customer_email": payer.email,
        "customer_name": payer.name,
        "customer_phone": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": epoch(moment),
        "ending_balance": 0,
        "footer": None,
        "hosted_invoice_url": f"https://invoice.example.com/i/{chance.token(80)}",
        "invoice_pdf": f"https://pay.example.com/invoice/{chance.token(80)}/pdf",
        "lines": {"object": "list", "data": lines, "has_more": False, "total_count": len(lines)},
        "livemode": False,
        "metadata": {"user_id": payer.user_id},
        "next_payment_attempt": None if paid else epoch(moment + timedelta(days=3)),
        "number": number,
        "period_end": epoch(moment),
        "period_start": epoch(moment - timedelta(days=30)),
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "starting_balance": 0,
        "status": "paid" if paid else "open",
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_excluding_tax": total,
        "webhooks_delivered_at": None,
    }


def _line(payer: Person, currency: str, moment: datetime, chance: Chance) -> Json:
    product, quantity = chance.pick(PRODUCTS), chance.number(1, 3)
    item = f"si_{chance.token(14)}"
    return {
        "id": f"il_1{chance.token(23)}",
        "object": "line_item",
        "amount": product.cents * quantity,
        "currency": currency,
        "description": f"{quantity} × {product.name}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "livemode": False,
        "metadata": {"user_id": payer.user_id, "plan": product.plan},
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {"subscription_item": item, "proration": False},
        },
        "period": {"end": epoch(moment), "start": epoch(moment - timedelta(days=30))},
        "pricing": {
            "price_details": {"price": f"price_1{chance.token(23)}", "product": product.plan},
            "type": "price_details",
            "unit_amount_decimal": str(product.cents),
        },
        "quantity": quantity,
        "taxes": [],
    }


_OBJECTS = {"charge": _charge, "invoice": _invoice}
KINDS = {
    "charge": ("charge.succeeded",) * 6 + ("charge.failed", "charge.refunded"),
    "invoice": ("invoice.paid", "invoice.paid", "invoice.payment_failed"),
}
"""The event types of each kind, as often as they are drawn."""
