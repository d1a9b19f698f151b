"""Repair: what is done about strain, from noticing it to looking again. Pure; `web.repair` stores and shows it."""
