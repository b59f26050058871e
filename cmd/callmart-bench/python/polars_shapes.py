"""What the vendors' payloads look like, and the tables that Polars makes of them."""
import polars as pl

from flatten import opened

I, S, B = pl.Int64, pl.String, pl.Boolean
KEYS = ["call_id", "start", "date"]


def col(path):
    """A field, of structs by dots."""
    name, *fields = path.split(".")
    e = pl.col(name)
    for f in fields:
        e = e.struct.field(f)
    return e


def structs(**fields):
    return pl.List(pl.Struct(fields))


def text(path):
    return col(path).cast(S)


def number(e):
    return (col(e) if isinstance(e, str) else e).cast(pl.Float64)


def filled(path):
    return pl.when(col(path) != "").then(col(path))


def span(e):
    return pl.duration(seconds=e)


def between(a, b):
    return (pl.col(b) - pl.col(a)).dt.total_seconds().cast(pl.Float64)


def scan(files, schema):
    """All records. str.json_decode needs a third of the memory and time of scan_ndjson on nested records like these."""
    return pl.concat([
        pl.DataFrame({"line": lines_of(f)}, schema={"line": S}).select(pl.col("line").str.json_decode(pl.Struct(schema)).struct.unnest()) for f in files
    ])


def lines_of(path):
    with opened(path) as f:
        return f.read().decode().splitlines()


def exploded(frame, column, *order, keep=()):
    """One row per element, numbered in an order within the call; its fields are columns beside the kept ones."""
    frame = frame.select(*KEYS, *keep, column).filter(pl.col(column).list.len() > 0).explode(column)
    frame = frame.select(*KEYS, *keep, pl.col(column).struct.unnest())
    return numbered(frame, *order)


def numbered(frame, *order):
    if order:
        frame = frame.sort("call_id", *order, nulls_last=True, maintain_order=True)
    return frame.with_columns(index=pl.int_range(pl.len()).over("call_id"))


class nectardesk:
    LEG = {"id": I, "user_id": I, "alias": S, "sip": S, "started_at": I, "type": S, "is_any_transfer": B, "hangup_reason": S}
    NAMED = pl.Struct({"id": I, "name": S})
    CALL = {
        "id": I, "is_inbound": B, "is_answered": B, "requested_callback": B, "is_ended": B, "is_answered_within_sla": B, "type": S, "started_at": I, "duration": I,
        "talk_time": I, "original_call_id": I, "tags": pl.List(S), "contact": pl.Struct({"id": I, "full_name": S, "number": S}), "number": pl.Struct({"id": I, "number": S}),
        "external_numbers": structs(number=S, is_any_transfer=B), "all_agents": structs(**LEG), "answered_agents": structs(**LEG), "campaign": NAMED,
        "ring_group": NAMED, "ivr": NAMED, "disposition": pl.Struct({"id": I, "code": S, "note": S}), "recordings": structs(id=I, url=S),
    }

    @staticmethod
    def read(files):
        kind, inbound, ended = pl.col("type").str.to_lowercase(), pl.col("is_inbound"), pl.col("is_ended")
        frame = scan(files, {"calls": pl.Struct(nectardesk.CALL)}).select(pl.col("calls").struct.unnest())
        last = pl.col("all_agents").list.last().struct.field("started_at").fill_null(0)
        frame = frame.with_columns(
            call_id=text("id"), start=pl.from_epoch(pl.col("started_at") * 1_000_000, "us"),
            version=ended.cast(I) * 10**11 + pl.max_horizontal("started_at", last), queued=inbound & col("ring_group.id").is_not_null(),
            outcome=pl.when(~ended).then(pl.lit("in_progress")).when(pl.col("is_answered") | (kind == "answered")).then(pl.lit("answered"))
            .when(kind.is_in(["abandoned", "voicemail"])).then(kind).when(kind == "not answered").then(pl.when(inbound).then(pl.lit("missed")).otherwise(pl.lit("no_answer")))
            .otherwise(pl.lit("unknown")))
        answered = pl.col("outcome") == "answered"
        return frame.with_columns(
            date=pl.col("start").dt.date(), wait=pl.when(pl.col("queued") & ended).then(number(pl.col("duration") - pl.col("talk_time"))),
            talk=pl.when(answered | (pl.col("talk_time") > 0)).then(number("talk_time")),
            first=pl.when(answered).then(pl.col("answered_agents").list.first()),
        ).with_columns(connected=pl.when(answered).then(pl.col("start") + span("wait")))

    @staticmethod
    def calls(f):
        customer, line, inbound = "+" + col("contact.number"), "+" + col("number.number"), pl.col("is_inbound")
        return f.select(
            *KEYS, vendor=pl.lit("nectardesk"), direction=pl.when(inbound).then(pl.lit("inbound")).otherwise(pl.lit("outbound")), outcome="outcome", raw_type=filled("type"),
            is_final="is_ended", started_at="start", started_local="start", utc_offset_minutes=pl.lit(0, I), queued_at=pl.when("queued").then("start"), answered_at="connected",
            ended_at=pl.when("is_ended").then(pl.col("start") + span("duration")), duration_seconds=number("duration"), wait_seconds="wait", queue_wait_total_seconds="wait",
            talk_seconds="talk", handle_seconds="talk", queue_id=text("ring_group.id"), queue=col("ring_group.name"), campaign_id=text("campaign.id"),
            campaign=col("campaign.name"), ivr_id=text("ivr.id"), ivr=col("ivr.name"), from_number=pl.when(inbound).then(customer).otherwise(line),
            to_number=pl.when(inbound).then(line).otherwise(customer), customer_number=customer, contact_id=text("contact.id"), contact_name=filled("contact.full_name"),
            agent_id=text("first.id"), agent_name=col("first.alias"), agent_count=pl.col("all_agents").list.eval(pl.element().struct.field("id")).list.n_unique().cast(I),
            queue_entry_count=pl.col("queued").cast(I), transfer_count=pl.lit(0, I), disposition_id=text("disposition.id"), disposition_code=filled("disposition.code"),
            disposition_note=filled("disposition.note"), tags=pl.when(pl.col("tags").list.len() > 0).then("tags"), vendor_sla_met="is_answered_within_sla",
            callback_requested="requested_callback", recording_count=pl.col("recordings").list.len().cast(I), payload_kind=pl.lit("rest"),
            parent_call_id=pl.when(pl.col("original_call_id") != 0).then(text("original_call_id")))

    @staticmethod
    def queue_entries(f):
        return f.filter("queued").select(
            *KEYS, queue_entry_index=pl.lit(0, I), queue_id=text("ring_group.id"), queue=col("ring_group.name"), entered_at="start", entered_local="start",
            utc_offset_minutes=pl.lit(0, I), left_at=pl.col("start") + span("wait"), wait_seconds="wait", exit=pl.when("is_ended").then("outcome").otherwise(pl.lit("open")),
            answered_at="connected", agent_id=text("first.id"), agent_name=col("first.alias"), is_transfer=pl.lit(False), wait_is_derived="is_ended")

    @staticmethod
    def agents(f):
        took = exploded(f, "answered_agents").select("call_id", "id", "started_at", took=pl.lit(True)).unique()
        legs = exploded(f, "all_agents", keep=["talk_time", "answered_agents"]).join(took, on=["call_id", "id", "started_at"], how="left", maintain_order="left")
        return legs.select(
            *KEYS, agent_index="index", agent_id=text("id"), user_id=text("user_id"), agent_name="alias", sip="sip", type=pl.lit("agent"), leg_type="type",
            is_transfer="is_any_transfer", was_answered="took", started_at=pl.from_epoch(pl.col("started_at") * 1_000_000, "us"),
            talk_seconds=pl.when(pl.col("took") & (pl.col("answered_agents").list.len() == 1)).then(number("talk_time")), hangup_reason="hangup_reason")

    @staticmethod
    def participants(f):
        return exploded(f, "external_numbers").select(
            *KEYS, participant_index="index", type=pl.lit("external"), entry_type=pl.when("is_any_transfer").then(pl.lit("transfer")).otherwise(pl.lit("direct")),
            number="+" + pl.col("number").str.split(" ").list.first())


class callerdesk:
    FIELDS = (
        "SourceNumber DestinationNumber DialWhomNumber CallDuration coins Status StartTime EndTime CallSid CallRecordingUrl Direction campid TalkDuration call_group "
        "receiver_name error_code LegA_Picked_time LegB_Start_time LegB_Picked_time type callstatus key_press agent_email group_id hangup_cause account_id"
    ).split()

    @staticmethod
    def read(files):
        def local(name):
            return pl.when(~pl.col(name).str.starts_with("0000")).then(pl.col(name).str.replace("  ", " ", literal=True)).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")

        said = pl.col("callstatus").str.to_uppercase().str.split(" (").list.first()
        inbound = pl.col("Direction") == "IVR"
        frame = scan(files, {name: S for name in callerdesk.FIELDS}).with_columns(
            begun=local("StartTime"), end=local("EndTime"), leg_a=local("LegA_Picked_time"), rang=local("LegB_Start_time"), leg_b=local("LegB_Picked_time"),
            inbound=inbound, call_id="CallSid",
            outcome=pl.when(pl.col("EndTime").is_null()).then(pl.lit("in_progress")).when(said.is_in(["ANSWER", "ANSWERED"])).then(pl.lit("answered"))
            .when(inbound).then(said.replace_strict({
                "ABANDONEDCALL": "abandoned", "CANCEL": "abandoned", "NO ANSWER": "missed", "BUSY": "missed", "CONGESTION": "failed", "NOT CONNECTED": "ivr_abandoned"},
                default="unknown", return_dtype=S))
            .otherwise(said.replace_strict({
                "CANCEL": "cancelled", "NOANSWER": "no_answer", "NOT CONNECTED": "no_answer", "BUSY": "busy", "CONGESTION": "failed"}, default="unknown", return_dtype=S)),
            **{name: pl.when(~pl.col(name).is_in(["", "0"])).then(name) for name in ["group_id", "call_group", "campid", "receiver_name", "agent_email", "error_code"]})
        answered = pl.col("outcome") == "answered"
        frame = frame.with_columns(
            start=pl.col("begun") - pl.duration(minutes=330), date=pl.col("begun").dt.date(), version=pl.col("end").dt.epoch("s").fill_null(0), answered=answered,
            queued=pl.col("inbound") & (pl.col("outcome") != "ivr_abandoned") & (pl.col("leg_a").is_not_null() | pl.col("call_group").is_not_null()),
            left=pl.when(answered).then("leg_b").otherwise("end"))
        return frame.with_columns(
            wait=pl.when("queued").then(between("leg_a", "left")), talk=pl.when(answered | (pl.col("TalkDuration").cast(I) > 0)).then(number("TalkDuration")))

    @staticmethod
    def back(name):
        return pl.col(name) - pl.duration(minutes=330)

    @staticmethod
    def calls(f):
        back = callerdesk.back
        return f.select(
            *KEYS, vendor=pl.lit("callerdesk"), direction=pl.when("inbound").then(pl.lit("inbound")).when(pl.col("Direction") == "WEBOBD").then(pl.lit("outbound")),
            outcome="outcome", raw_status="Status", raw_type="Direction", raw_reason=filled("callstatus"), is_final=pl.col("end").is_not_null(), started_at="start",
            started_local="begun", utc_offset_minutes=pl.lit(330, I), queued_at=pl.when("inbound").then(back("leg_a")), assigned_at=pl.when(~pl.col("inbound")).then(back("leg_a")),
            answered_at=back("leg_b"), ended_at=back("end"), duration_seconds=number("CallDuration"), wait_seconds="wait", queue_wait_total_seconds="wait",
            talk_seconds="talk", handle_seconds="talk", ivr_seconds=pl.when("queued").then(between("begun", "leg_a")), queue_id="group_id", queue="call_group",
            campaign_id="campid", ivr_keys=filled("key_press"), agent_name=pl.when("answered").then("receiver_name"),
            agent_count=(pl.col("receiver_name").is_not_null() | pl.col("agent_email").is_not_null()).cast(I), queue_entry_count=pl.col("queued").cast(I),
            transfer_count=pl.lit(0, I), cost=number("coins"), hangup_reason=pl.coalesce(filled("hangup_cause"), "error_code"),
            recording_count=(pl.col("CallRecordingUrl") != "").fill_null(False).cast(I), event="type", payload_kind="type")

    @staticmethod
    def queue_entries(f):
        back = callerdesk.back
        return f.filter("queued").select(
            *KEYS, queue_entry_index=pl.lit(0, I), queue_id="group_id", queue="call_group", entered_at=back("leg_a"), entered_local="leg_a", utc_offset_minutes=pl.lit(330, I),
            left_at=back("left"), wait_seconds="wait", exit="outcome", answered_at=pl.when("answered").then(back("leg_b")),
            agent_name=pl.when("answered").then("receiver_name"), is_transfer=pl.lit(False), wait_is_derived=pl.lit(True))

    @staticmethod
    def agents(f):
        return f.filter(pl.col("receiver_name").is_not_null() | pl.col("agent_email").is_not_null()).select(
            *KEYS, agent_index=pl.lit(0, I), agent_name="receiver_name", agent_email="agent_email", type=pl.lit("agent"), was_answered=pl.when("answered").then(True),
            started_at=callerdesk.back("rang"), ring_seconds=between("rang", "leg_b"), talk_seconds=pl.when("answered").then("talk"))


class ccai:
    AGENT, PATH = pl.Struct({"id": I, "email": S, "name": S}), pl.Struct({"name": S})
    CALL = {
        "id": I, "lang": S, "session_type_v2": S, "status": S, "created_at": S, "queued_at": S, "assigned_at": S, "connected_at": S, "ends_at": S, "scheduled_at": S,
        "updated_at": S, "wait_duration": I, "call_duration": I, "hold_duration": I, "rating": I, "out_ticket_id": S, "out_ticket_url": S, "recording_permission": S,
        "disconnected_by": S, "fail_reason": S, "support_number": S, "outbound_number": S, "queue_priority_level": I, "agent_info": AGENT,
        "end_user": pl.Struct({"id": I, "identifier": S}),
        "transfers": structs(id=I, status=S, fail_reason=S, created_at=S, connected_at=S, call_duration=I, wait_duration=I, from_menu_path=PATH, to_menu_path=PATH,
                             from_agent=AGENT, to_agent=AGENT),
        "handle_durations": structs(id=I, agent_id=I, acw_duration=I, bcw_duration=I, call_duration=I, menu_path=S, barged=B, transfer=B, transfer_id=I, started_at=S,
                                    ended_at=S, hold_duration=I, assigned_connection_duration=I),
        "queue_durations": structs(id=I, agent_id=I, ended_at=S, lang=S, menu_path_id=I, menu_path=S, queue_duration=I, started_at=S, transfer_cold=B, transfer=B,
                                   transfer_id=I, service_level_abandon_time_threshold=I, service_level_event=S, service_level_target_percent=I,
                                   service_level_target_time=I),
        "consumer_in_menu_durations": structs(duration=I),
        "participants": structs(id=I, type=S, entry_type=S, user_id=I, end_user_id=I, virtual_agent_id=I, status=S, fail_reason=S, connected_at=S, phone_number=S, email=S,
                                first_name=S, last_name=S, call_duration=I, hold_duration=I, ended_at=S),
        "recordings": structs(id=I, recording_type=S), "dispositions": structs(note=S, code=S, ujet_code_id=I),
    }

    @staticmethod
    def at(name):
        return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us")

    @staticmethod
    def each(lists, field):
        return pl.col(lists).list.eval(pl.element().struct.field(field))

    @staticmethod
    def read(files):
        at, reason, status = ccai.at, pl.col("fail_reason"), pl.col("status")
        frame = scan(files, ccai.CALL).with_columns(
            *[at(name) for name in ["queued_at", "assigned_at", "connected_at", "ends_at", "scheduled_at"]], call_id=text("id"), start=at("created_at"), version="updated_at",
            outbound=pl.col("session_type_v2").str.contains("Outbound|Campaign"),
            waits=pl.col("queue_durations").list.eval(pl.element().sort_by(pl.element().struct.field("started_at"), pl.element().struct.field("id"))))
        left = reason.is_in(["eu_abandoned", "eu_canceled"])
        done = {"finished": "answered", "voicemail_received": "voicemail", "voicemail_read": "voicemail", "deflected": "overflow", "action_only_finished": "overflow"}
        return frame.with_columns(
            date=pl.col("start").dt.date(), final=status.is_in([*done, "failed", "recovered"]), first=pl.col("waits").list.first(),
            outcome=pl.when(status.is_in(list(done))).then(status.replace(done)).when(status != "failed").then(pl.lit("in_progress"))
            .when(left & pl.col("outbound")).then(pl.lit("cancelled")).when(left & pl.col("queued_at").is_null() & (pl.col("waits").list.len() == 0)).then(pl.lit("ivr_abandoned"))
            .when(left).then(pl.lit("abandoned")).otherwise(reason.replace_strict({
                "eu_in_menu_abandoned": "ivr_abandoned", "ag_ignored": "missed", "expired": "missed", "eu_busy": "busy", "eu_no_answer": "no_answer"},
                default="failed", return_dtype=S)))

    @staticmethod
    def people(f):
        return exploded(f, "participants").filter(pl.col("user_id").is_not_null()).select(
            "call_id", agent_id="user_id", agent_name=pl.col("first_name") + " " + pl.col("last_name"), agent_email="email").unique(["call_id", "agent_id"])

    @staticmethod
    def calls(f):
        each, answered, inbound = ccai.each, pl.col("outcome") == "answered", ~pl.col("outbound")
        f = f.with_columns(
            talk=pl.when(pl.col("handle_durations").list.len() > 0).then(each("handle_durations", "call_duration").list.sum()), wrap=each("handle_durations", "acw_duration").list.sum(),
            customer=pl.col("participants").list.eval(pl.element().filter(pl.element().struct.field("type") == "end_user")).list.first().struct.field("phone_number"),
            agent_id=pl.when(answered).then(pl.col("handle_durations").list.first().struct.field("agent_id")), code=pl.col("dispositions").list.first(),
            rung=pl.col("participants").list.eval(pl.element().filter(pl.element().struct.field("type") == "agent").struct.field("user_id")),
        ).with_columns(wrap=pl.when(pl.col("wrap") > 0).then("wrap"), shown=answered | (pl.col("talk") > 0))
        f = f.join(ccai.people(f), on=["call_id", "agent_id"], how="left", maintain_order="left")
        return f.select(
            *KEYS, vendor=pl.lit("ccai"), direction=pl.when(inbound).then(pl.lit("inbound")).otherwise(pl.lit("outbound")), outcome="outcome", raw_status="status",
            raw_type="session_type_v2", raw_reason="fail_reason", is_final="final", started_at="start", started_local="start", utc_offset_minutes=pl.lit(0, I),
            scheduled_at="scheduled_at", queued_at="queued_at", assigned_at="assigned_at",
            answered_at=pl.when(pl.col("queued_at").is_null() | (pl.col("connected_at") >= pl.col("queued_at"))).then("connected_at"), ended_at="ends_at",
            duration_seconds=pl.when("final").then(between("start", "ends_at")), wait_seconds=number("first.queue_duration"),
            queue_wait_total_seconds=pl.when(pl.col("waits").list.len() > 0).then(number("wait_duration")), talk_seconds=pl.when("shown").then(number("talk")),
            hold_seconds=number("hold_duration"), wrap_up_seconds=number("wrap"),
            handle_seconds=pl.when("shown").then(number(pl.col("talk") + pl.col("hold_duration").fill_null(0) + pl.col("wrap").fill_null(0))),
            ivr_seconds=pl.when(pl.col("consumer_in_menu_durations").list.len() > 0).then(number(each("consumer_in_menu_durations", "duration").list.sum())),
            queue_id=text("first.menu_path_id"), queue=col("first.menu_path"), from_number=pl.when(inbound).then("customer").otherwise("outbound_number"),
            to_number=pl.when(inbound).then("support_number").otherwise("customer"), customer_number="customer", contact_id=text("end_user.id"), agent_id=text("agent_id"),
            agent_name=pl.when(answered).then(pl.coalesce("agent_name", col("agent_info.name"))),
            agent_count=pl.when(pl.col("handle_durations").list.len() > 0).then(each("handle_durations", "agent_id").list.n_unique()).otherwise(pl.col("rung").list.n_unique()).cast(I),
            queue_entry_count=pl.col("waits").list.len().cast(I), transfer_count=pl.col("transfers").list.len().cast(I), disposition_id=text("code.ujet_code_id"),
            disposition_code=filled("code.code"), disposition_note=filled("code.note"), language="lang", rating=number("rating"),
            disconnected_by=pl.col("disconnected_by").str.strip_prefix("disconnected_by_"), recording_permission="recording_permission", ticket_id="out_ticket_id",
            ticket_url="out_ticket_url", recording_count=each("recordings", "recording_type").list.eval(~pl.element().str.contains("voicemail")).list.sum().cast(I),
            payload_kind=pl.lit("metadata_file"), vendor_updated_at=ccai.at("updated_at"))

    @staticmethod
    def queue_entries(f):
        exits = {"busy": "missed", "no_answer": "missed", "cancelled": "abandoned", "in_progress": "open", "ivr_abandoned": "unknown"}
        q = exploded(f.with_columns(entries=pl.col("waits").list.len(), led=pl.col("transfers").list.len()), "queue_durations", "started_at", "id",
                     keep=["outcome", "entries", "led", "queue_priority_level"])
        q = q.join(ccai.people(f), on=["call_id", "agent_id"], how="left", maintain_order="left").with_columns(entered=ccai.at("started_at"))
        answered = pl.col("agent_id").is_not_null()
        return q.select(
            *KEYS, queue_entry_index="index", queue_id=text("menu_path_id"), queue="menu_path", entered_at="entered", entered_local="entered", utc_offset_minutes=pl.lit(0, I),
            left_at=ccai.at("ended_at"), wait_seconds=number("queue_duration"),
            exit=pl.when(answered).then(pl.lit("answered")).when(pl.col("index") < pl.col("entries").cast(I) - 1).then(pl.lit("overflow")).otherwise(pl.col("outcome").replace(exits)),
            answered_at=pl.when(answered).then(pl.col("entered") + span("queue_duration")), agent_id=text("agent_id"), agent_name="agent_name", is_transfer="transfer",
            transfer_id=text("transfer_id"), language="lang", priority=pl.when((pl.col("entries") == 1) & (pl.col("led") == 0)).then("queue_priority_level"),
            vendor_sla=pl.when(pl.col("service_level_event").is_in(["in_sla", "not_in_sla", "excluded"])).then("service_level_event"),
            vendor_threshold_seconds=number("service_level_target_time"), vendor_target_percent=number("service_level_target_percent"),
            vendor_short_abandon_seconds=number("service_level_abandon_time_threshold"), wait_is_derived=pl.lit(False))

    @staticmethod
    def agents(f):
        leg = ["call_id", "agent_id", "menu_path", "transfer_id"]
        handles = exploded(f, "handle_durations").with_columns(
            only=(pl.col("acw_duration") > 0) & (pl.col("call_duration") == 0) & (pl.col("bcw_duration") == 0))
        after = handles.filter("only").group_by(leg).agg(after=pl.col("acw_duration").sum())
        legs = numbered(handles.filter(~pl.col("only")), "started_at", "id").join(after, on=leg, how="left", nulls_equal=True)
        legs = legs.join(ccai.people(f), on=["call_id", "agent_id"], how="left").select(
            *KEYS, agent_index="index", agent_id=text("agent_id"), agent_name="agent_name", agent_email="agent_email", type=pl.lit("agent"), is_transfer="transfer",
            transfer_id=text("transfer_id"), was_answered=pl.lit(True), barged="barged", started_at=ccai.at("started_at"), ended_at=ccai.at("ended_at"),
            ring_seconds=number("assigned_connection_duration"), talk_seconds=number("call_duration"), hold_seconds=number("hold_duration"),
            wrap_up_seconds=number(pl.col("acw_duration") + pl.col("after").fill_null(0)), before_call_seconds=number("bcw_duration"), queue="menu_path")
        rung = exploded(f.filter(pl.col("handle_durations").list.len() == 0), "participants").filter(pl.col("type") == "agent")
        rung = numbered(rung, "connected_at", "id").select(
            *KEYS, agent_index="index", agent_id=text("user_id"), type=pl.lit("agent"), was_answered=pl.col("connected_at").is_not_null(), started_at=ccai.at("connected_at"),
            ended_at=ccai.at("ended_at"), talk_seconds=number("call_duration"), hold_seconds=number("hold_duration"))
        return pl.concat([legs, rung], how="diagonal")

    @staticmethod
    def transfers(f):
        cold = exploded(f, "queue_durations").select("call_id", "transfer_cold", id="transfer_id").unique(["call_id", "id"])
        t = exploded(f, "transfers", "created_at", "id").join(cold, on=["call_id", "id"], how="left")
        return t.select(
            *KEYS, transfer_index="index", transfer_id=text("id"),
            kind=pl.when("transfer_cold").then(pl.lit("cold")).when(~pl.col("transfer_cold")).then(pl.lit("warm")).otherwise(pl.lit("unknown")), status="status",
            fail_reason="fail_reason", created_at=ccai.at("created_at"), connected_at=ccai.at("connected_at"), from_queue=col("from_menu_path.name"),
            to_queue=col("to_menu_path.name"), from_agent_id=text("from_agent.id"), from_agent_name=col("from_agent.name"), to_agent_id=text("to_agent.id"),
            to_agent_name=col("to_agent.name"), wait_seconds=number("wait_duration"), talk_seconds=number("call_duration"))

    @staticmethod
    def participants(f):
        return exploded(f, "participants", "connected_at", "id").select(
            *KEYS, participant_index="index", participant_id=text("id"), type="type", entry_type="entry_type", status="status", user_id=text("user_id"),
            end_user_id=text("end_user_id"), virtual_agent_id=text("virtual_agent_id"), name=pl.col("first_name") + " " + pl.col("last_name"), number="phone_number",
            connected_at=ccai.at("connected_at"), ended_at=ccai.at("ended_at"), call_seconds=number("call_duration"), hold_seconds=number("hold_duration"),
            fail_reason="fail_reason")
