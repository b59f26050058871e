"""Flattens one parsed record of a vendor: version and call id, then (table, row) pairs.

The rows have the columns of callmart's tables that the payload tells, by the rules of callmart's README and dictionary,
and start and date, by which files are sorted and parted.
"""
import glob
import os
from datetime import datetime, timedelta

try:
    from orjson import loads
except ImportError:
    from json import loads

EPOCH = datetime(1970, 1, 1)
OFFSET = timedelta(minutes=330)


def at(seconds):
    return EPOCH + timedelta(seconds=seconds)


def instant(text):
    return datetime.fromisoformat(text[:-1]) if text else None


def seconds(value):
    return None if value is None else float(value)


def word(value):
    return None if value is None else str(value)


def nectardesk(record):
    c = record["calls"]
    legs = c["all_agents"]
    newest = max([c["started_at"]] + [a["started_at"] for a in legs])
    start, call_id, ended, inbound = at(c["started_at"]), str(c["id"]), c["is_ended"], c["is_inbound"]
    kind = c["type"].lower()
    if not ended:
        outcome = "in_progress"
    elif c["is_answered"] or kind == "answered":
        outcome = "answered"
    elif kind in ("abandoned", "voicemail"):
        outcome = kind
    elif kind == "not answered":
        outcome = "missed" if inbound else "no_answer"
    else:
        outcome = "unknown"
    answered = outcome == "answered"
    ring, contact, campaign, ivr, disposition = c["ring_group"] or {}, c["contact"] or {}, c["campaign"] or {}, c["ivr"] or {}, c["disposition"] or {}
    queued = inbound and "id" in ring
    wait = float(c["duration"] - c["talk_time"]) if queued and ended else None
    talk = float(c["talk_time"]) if answered or c["talk_time"] > 0 else None
    connected = start + timedelta(seconds=wait) if wait is not None and answered else None
    first = c["answered_agents"][0] if answered and c["answered_agents"] else {}
    customer = "+" + contact["number"] if "number" in contact else None
    line = "+" + c["number"]["number"]
    rows = [("calls", {
        "call_id": call_id, "vendor": "nectardesk", "parent_call_id": word(c["original_call_id"] or None), "direction": "inbound" if inbound else "outbound",
        "outcome": outcome, "raw_type": c["type"] or None, "is_final": ended, "started_at": start, "started_local": start, "utc_offset_minutes": 0,
        "queued_at": start if queued else None, "answered_at": connected, "ended_at": start + timedelta(seconds=c["duration"]) if ended else None,
        "duration_seconds": float(c["duration"]), "wait_seconds": wait, "queue_wait_total_seconds": wait, "talk_seconds": talk, "handle_seconds": talk,
        "queue_id": word(ring.get("id")), "queue": ring.get("name"), "campaign_id": word(campaign.get("id")), "campaign": campaign.get("name"),
        "ivr_id": word(ivr.get("id")), "ivr": ivr.get("name"), "from_number": customer if inbound else line, "to_number": line if inbound else customer,
        "customer_number": customer, "contact_id": word(contact.get("id")), "contact_name": contact.get("full_name") or None,
        "agent_id": word(first.get("id")), "agent_name": first.get("alias"), "agent_count": len({a["id"] for a in legs}), "queue_entry_count": int(queued),
        "transfer_count": 0, "disposition_id": word(disposition.get("id")), "disposition_code": disposition.get("code") or None,
        "disposition_note": disposition.get("note") or None, "tags": c["tags"] or None, "vendor_sla_met": c["is_answered_within_sla"],
        "callback_requested": c["requested_callback"], "recording_count": len(c["recordings"]), "payload_kind": "rest",
    })]
    if queued:
        rows.append(("queue_entries", {
            "call_id": call_id, "queue_entry_index": 0, "queue_id": word(ring["id"]), "queue": ring["name"], "entered_at": start, "entered_local": start,
            "utc_offset_minutes": 0, "left_at": None if wait is None else start + timedelta(seconds=wait), "wait_seconds": wait,
            "exit": "open" if not ended else outcome, "answered_at": connected, "agent_id": word(first.get("id")), "agent_name": first.get("alias"),
            "is_transfer": False, "wait_is_derived": ended,
        }))
    answerers = {(a["id"], a["started_at"]) for a in c["answered_agents"]}
    for i, a in enumerate(legs):
        took = (a["id"], a["started_at"]) in answerers
        rows.append(("agents", {
            "call_id": call_id, "agent_index": i, "agent_id": word(a["id"]), "user_id": word(a["user_id"]), "agent_name": a["alias"], "sip": a["sip"],
            "type": "agent", "leg_type": a["type"], "is_transfer": a["is_any_transfer"], "was_answered": True if took else None,
            "started_at": at(a["started_at"]), "talk_seconds": float(c["talk_time"]) if took and len(answerers) == 1 else None, "hangup_reason": a["hangup_reason"],
        }))
    for i, x in enumerate(c["external_numbers"]):
        rows.append(("participants", {
            "call_id": call_id, "participant_index": i, "type": "external", "entry_type": "transfer" if x["is_any_transfer"] else "direct",
            "number": "+" + x["number"].split(" ")[0],
        }))
    return (ended, newest), call_id, start, start.date(), rows


INBOUND = {"ABANDONEDCALL": "abandoned", "CANCEL": "abandoned", "NO ANSWER": "missed", "BUSY": "missed", "CONGESTION": "failed", "NOT CONNECTED": "ivr_abandoned"}
OUTBOUND = {"CANCEL": "cancelled", "NOANSWER": "no_answer", "NOT CONNECTED": "no_answer", "BUSY": "busy", "CONGESTION": "failed"}


def indian(text):
    return None if not text or text == "0000-00-00 00:00:00" else datetime.fromisoformat(text.replace("  ", " "))


def back(local):
    return None if local is None else local - OFFSET


def between(a, b):
    return None if a is None or b is None else (b - a).total_seconds()


def named(text):
    return None if not text or text == "0" else text


def callerdesk(c):
    begun, end = indian(c["StartTime"]), indian(c.get("EndTime"))
    leg_a, rang, leg_b = indian(c.get("LegA_Picked_time")), indian(c.get("LegB_Start_time")), indian(c.get("LegB_Picked_time"))
    direction = {"IVR": "inbound", "WEBOBD": "outbound"}.get(c["Direction"])
    said = c.get("callstatus", "").upper().split(" (")[0]
    if end is None:
        outcome = "in_progress"
    elif said in ("ANSWER", "ANSWERED"):
        outcome = "answered"
    else:
        outcome = (INBOUND if direction == "inbound" else OUTBOUND).get(said, "unknown")
    answered = outcome == "answered"
    inbound, call_id, start = direction == "inbound", c["CallSid"], begun - OFFSET
    queued = inbound and outcome != "ivr_abandoned" and (leg_a is not None or bool(c.get("call_group")))
    wait = between(leg_a, leg_b if answered else end) if queued else None
    talk = float(c["TalkDuration"]) if c.get("TalkDuration") and (answered or int(c["TalkDuration"]) > 0) else None
    agent, email = named(c.get("receiver_name")), named(c.get("agent_email"))
    rows = [("calls", {
        "call_id": call_id, "vendor": "callerdesk", "direction": direction, "outcome": outcome, "raw_status": c["Status"], "raw_type": c["Direction"],
        "raw_reason": c.get("callstatus") or None, "is_final": end is not None, "started_at": start, "started_local": begun, "utc_offset_minutes": 330,
        "queued_at": back(leg_a) if inbound else None, "assigned_at": None if inbound else back(leg_a), "answered_at": back(leg_b), "ended_at": back(end),
        "duration_seconds": seconds(c.get("CallDuration")), "wait_seconds": wait, "queue_wait_total_seconds": wait, "talk_seconds": talk, "handle_seconds": talk,
        "ivr_seconds": between(begun, leg_a) if queued else None, "queue_id": named(c.get("group_id")), "queue": named(c.get("call_group")),
        "campaign_id": named(c["campid"]), "ivr_keys": c.get("key_press") or None, "agent_name": agent if answered else None,
        "agent_count": int(bool(agent or email)), "queue_entry_count": int(queued), "transfer_count": 0, "cost": seconds(c.get("coins")),
        "hangup_reason": c.get("hangup_cause") or named(c.get("error_code")), "recording_count": int(bool(c.get("CallRecordingUrl"))),
        "event": c.get("type"), "payload_kind": c.get("type"),
    })]
    if queued:
        rows.append(("queue_entries", {
            "call_id": call_id, "queue_entry_index": 0, "queue_id": named(c.get("group_id")), "queue": named(c.get("call_group")), "entered_at": back(leg_a),
            "entered_local": leg_a, "utc_offset_minutes": 330, "left_at": back(leg_b if answered else end), "wait_seconds": wait, "exit": outcome,
            "answered_at": back(leg_b) if answered else None, "agent_name": agent if answered else None, "is_transfer": False, "wait_is_derived": True,
        }))
    if agent or email:
        rows.append(("agents", {
            "call_id": call_id, "agent_index": 0, "agent_name": agent, "agent_email": email, "type": "agent", "was_answered": True if answered else None,
            "started_at": back(rang), "ring_seconds": between(rang, leg_b), "talk_seconds": talk if answered else None,
        }))
    return (end is not None, end or begun), call_id, start, begun.date(), rows


FAILED = {"eu_in_menu_abandoned": "ivr_abandoned", "ag_ignored": "missed", "expired": "missed", "eu_busy": "busy", "eu_no_answer": "no_answer"}
DONE = {"finished": "answered", "voicemail_received": "voicemail", "voicemail_read": "voicemail", "deflected": "overflow", "action_only_finished": "overflow"}
EXITS = {"busy": "missed", "no_answer": "missed", "cancelled": "abandoned", "in_progress": "open", "ivr_abandoned": "unknown"}


def ccai(c):
    call_id, start = str(c["id"]), instant(c["created_at"])
    waits = sorted(c["queue_durations"], key=lambda q: (q["started_at"], q["id"]))
    people, handles = c["participants"], c["handle_durations"]
    names, emails = {}, {}
    for p in people:
        if p["user_id"] is not None:
            names[p["user_id"]] = p["first_name"] + " " + p["last_name"]
            emails[p["user_id"]] = p["email"]
    direction = "outbound" if "Outbound" in c["session_type_v2"] or "Campaign" in c["session_type_v2"] else "inbound"
    status, reason = c["status"], c["fail_reason"]
    final = status in DONE or status in ("failed", "recovered")
    if status in DONE:
        outcome = DONE[status]
    elif status != "failed":
        outcome = "in_progress"
    elif reason in ("eu_abandoned", "eu_canceled"):
        outcome = "cancelled" if direction == "outbound" else "abandoned" if c["queued_at"] or waits else "ivr_abandoned"
    else:
        outcome = FAILED.get(reason, "failed")
    answered = outcome == "answered"
    legs = []
    for h in sorted(handles, key=lambda h: (h["started_at"], h["id"])):
        key = (h["agent_id"], h["menu_path"], h["transfer_id"])
        if h["acw_duration"] and not h["call_duration"] and not h["bcw_duration"] and legs and legs[-1][0] == key:
            legs[-1][2] += h["acw_duration"]
        else:
            legs.append([key, h, h["acw_duration"]])
    talk = sum(h["call_duration"] for h in handles) if handles else None
    wrap_up = sum(h["acw_duration"] for h in handles) or None
    shown = talk is not None and (answered or talk > 0)
    customer = next((p.get("phone_number") for p in people if p["type"] == "end_user"), None)
    queued, connected, ended = instant(c["queued_at"]), instant(c["connected_at"]), instant(c["ends_at"])
    disposition = c["dispositions"][0] if c["dispositions"] else {}
    menus = c["consumer_in_menu_durations"]
    inbound = direction == "inbound"
    first = legs[0][1]["agent_id"] if answered and legs else None
    agents = {h["agent_id"] for h in handles} or {p["user_id"] for p in people if p["type"] == "agent"}
    rows = [("calls", {
        "call_id": call_id, "vendor": "ccai", "direction": direction, "outcome": outcome, "raw_status": status, "raw_type": c["session_type_v2"],
        "raw_reason": reason, "is_final": final, "started_at": start, "started_local": start, "utc_offset_minutes": 0, "scheduled_at": instant(c["scheduled_at"]),
        "queued_at": queued, "assigned_at": instant(c["assigned_at"]), "answered_at": connected if connected and (not queued or connected >= queued) else None,
        "ended_at": ended, "duration_seconds": between(start, ended) if final else None, "wait_seconds": float(waits[0]["queue_duration"]) if waits else None,
        "queue_wait_total_seconds": float(c["wait_duration"]) if waits else None, "talk_seconds": float(talk) if shown else None,
        "hold_seconds": seconds(c["hold_duration"]), "wrap_up_seconds": seconds(wrap_up),
        "handle_seconds": float(talk + (c["hold_duration"] or 0) + (wrap_up or 0)) if shown else None,
        "ivr_seconds": float(sum(m["duration"] for m in menus)) if menus else None, "queue_id": word(waits[0]["menu_path_id"]) if waits else None,
        "queue": waits[0]["menu_path"] if waits else None, "from_number": customer if inbound else c["outbound_number"],
        "to_number": c["support_number"] if inbound else customer, "customer_number": customer, "contact_id": word((c["end_user"] or {}).get("id")),
        "agent_id": word(first), "agent_name": names.get(first) or (c["agent_info"] or {}).get("name") if answered else None, "agent_count": len(agents),
        "queue_entry_count": len(waits), "transfer_count": len(c["transfers"]), "disposition_id": word(disposition.get("ujet_code_id")),
        "disposition_code": disposition.get("code") or None, "disposition_note": disposition.get("note") or None, "language": c["lang"],
        "rating": seconds(c["rating"]), "disconnected_by": c["disconnected_by"].replace("disconnected_by_", ""), "recording_permission": c["recording_permission"],
        "ticket_id": c["out_ticket_id"], "ticket_url": c["out_ticket_url"],
        "recording_count": sum("voicemail" not in r["recording_type"] for r in c["recordings"]), "payload_kind": "metadata_file",
        "vendor_updated_at": instant(c["updated_at"]),
    })]
    cold = {}
    for i, q in enumerate(waits):
        agent, entered = q["agent_id"], instant(q["started_at"])
        cold[q["transfer_id"]] = q["transfer_cold"]
        verdict = q["service_level_event"]
        rows.append(("queue_entries", {
            "call_id": call_id, "queue_entry_index": i, "queue_id": word(q["menu_path_id"]), "queue": q["menu_path"], "entered_at": entered, "entered_local": entered,
            "utc_offset_minutes": 0, "left_at": instant(q["ended_at"]), "wait_seconds": float(q["queue_duration"]),
            "exit": "answered" if agent is not None else "overflow" if i < len(waits) - 1 else EXITS.get(outcome, outcome),
            "answered_at": entered + timedelta(seconds=q["queue_duration"]) if agent is not None else None, "agent_id": word(agent), "agent_name": names.get(agent),
            "is_transfer": q["transfer"], "transfer_id": word(q["transfer_id"]), "language": q["lang"],
            "priority": c["queue_priority_level"] if len(waits) == 1 and not c["transfers"] else None,
            "vendor_sla": verdict if verdict in ("in_sla", "not_in_sla", "excluded") else None, "vendor_threshold_seconds": seconds(q["service_level_target_time"]),
            "vendor_target_percent": seconds(q["service_level_target_percent"]), "vendor_short_abandon_seconds": seconds(q["service_level_abandon_time_threshold"]),
            "wait_is_derived": False,
        }))
    for i, (_, h, acw) in enumerate(legs):
        rows.append(("agents", {
            "call_id": call_id, "agent_index": i, "agent_id": word(h["agent_id"]), "agent_name": names.get(h["agent_id"]), "agent_email": emails.get(h["agent_id"]),
            "type": "agent", "is_transfer": h["transfer"], "transfer_id": word(h["transfer_id"]), "was_answered": True, "barged": h["barged"],
            "started_at": instant(h["started_at"]), "ended_at": instant(h["ended_at"]), "ring_seconds": seconds(h["assigned_connection_duration"]),
            "talk_seconds": seconds(h["call_duration"]), "hold_seconds": seconds(h["hold_duration"]), "wrap_up_seconds": seconds(acw),
            "before_call_seconds": seconds(h["bcw_duration"]), "queue": h["menu_path"],
        }))
    parties = sorted(people, key=lambda p: (p["connected_at"] is None, p["connected_at"] or "", p["id"]))
    if not legs:
        for i, p in enumerate(p for p in parties if p["type"] == "agent"):
            rows.append(("agents", {
                "call_id": call_id, "agent_index": i, "agent_id": word(p["user_id"]), "type": "agent", "was_answered": p["connected_at"] is not None,
                "started_at": instant(p["connected_at"]), "ended_at": instant(p["ended_at"]), "talk_seconds": seconds(p["call_duration"]),
                "hold_seconds": seconds(p["hold_duration"]),
            }))
    for i, t in enumerate(sorted(c["transfers"], key=lambda t: (t["created_at"], t["id"]))):
        rows.append(("transfers", {
            "call_id": call_id, "transfer_index": i, "transfer_id": word(t["id"]), "kind": {True: "cold", False: "warm"}.get(cold.get(t["id"]), "unknown"),
            "status": t["status"], "fail_reason": t["fail_reason"], "created_at": instant(t["created_at"]), "connected_at": instant(t["connected_at"]),
            "from_queue": t["from_menu_path"]["name"], "to_queue": t["to_menu_path"]["name"], "from_agent_id": word(t["from_agent"]["id"]),
            "from_agent_name": t["from_agent"]["name"], "to_agent_id": word(t["to_agent"]["id"]), "to_agent_name": t["to_agent"]["name"],
            "wait_seconds": seconds(t["wait_duration"]), "talk_seconds": seconds(t["call_duration"]),
        }))
    for i, p in enumerate(parties):
        rows.append(("participants", {
            "call_id": call_id, "participant_index": i, "participant_id": word(p["id"]), "type": p["type"], "entry_type": p["entry_type"], "status": p["status"],
            "user_id": word(p["user_id"]), "end_user_id": word(p["end_user_id"]), "virtual_agent_id": word(p["virtual_agent_id"]),
            "name": (p.get("first_name", "") + " " + p.get("last_name", "")).strip() or None, "number": p.get("phone_number"),
            "connected_at": instant(p["connected_at"]), "ended_at": instant(p["ended_at"]), "call_seconds": seconds(p["call_duration"]),
            "hold_seconds": seconds(p["hold_duration"]), "fail_reason": p["fail_reason"],
        }))
    return c["updated_at"], call_id, start, start.date(), rows


VENDORS = {"nectardesk": nectardesk, "callerdesk": callerdesk, "ccai": ccai}
TABLES = {"calls": None, "queue_entries": "queue_entry_index", "agents": "agent_index", "transfers": "transfer_index", "participants": "participant_index"}


def opened(path):
    if path.endswith(".gz"):
        import gzip
        return gzip.open(path, "rb")
    if path.endswith(".zst"):
        import pyarrow
        return pyarrow.CompressedInputStream(pyarrow.OSFile(path), "zstd")
    return open(path, "rb")


def lines(archive):
    for path in sorted(glob.glob(os.path.join(archive, "*.ndjson*"))):
        with opened(path) as f:
            if hasattr(f, "readline") and not path.endswith(".zst"):
                yield from f
            else:
                yield from f.read().splitlines()
