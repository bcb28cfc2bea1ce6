// What the receiver decides, what is answered to it, and what becomes of the load.
#include "manifest/lifecycle.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/event_readers.hpp"

namespace liuhen::server::events {

using namespace manifest;

Body read_weigh_in(Fields& f) {
    WeighIn w;
    w.gross_g = f.weight("gross");
    w.tare_g = f.weight("tare");
    w.net_g = f.weight("net");
    w.share_g = f.weight("share");
    w.lines = read_weights(f, "received", "containers_received");
    w.scale = f.text("scale", {1, 40});
    w.scale_floor_g = f.weight("scale_floor");
    read_weighing_proof(f, w);
    return w;
}

Body read_verdict(Fields& f) {
    Verdict v;
    v.lines = read_weights(f, "accepted", "containers_received", [](Fields& l, LineWeight& one) {
        one.ledger_batch_in = l.text("ledger_batch_in", {1, 40});
    });
    v.method_done = either(f, "method_done", "method", {1, 20});
    return v;
}

Body read_difference(Fields& f) {
    return DifferenceDeclared{read_splits(f), f.flag("wants_part", false),
                              f.text("reason", {0, 500})};
}

Body read_part(Fields& f) {
    return PartVerdict{read_splits(f), f.text("reason", {0, 500}),
                       either(f, "method_done", "method", {1, 20})};
}

Body read_rejection(Fields& f) {
    Rejection r;
    r.reason = read_reason(f);
    r.kept = coded(f, "kept", kept_from_code).value_or(Kept::relocked);
    r.lines = read_splits(f);
    return r;
}

Body read_confirmation(Fields& f) { return Confirmation{number_of(f, "version", 2'000'000'000)}; }
Body read_dispute(Fields& f) {
    return Dispute{f.text("reason", {0, 500}), f.texts("files", max_files, {1, 64})};
}

Body read_ruling(Fields& f) {
    Ruling r;
    r.finding = f.text("finding", {0, 2000});
    r.outcome = coded(f, "outcome", state_from_code, Need::required).value_or(State::draft);
    r.lines = read_splits(f);
    r.case_no = f.text("case_no", {1, 60});
    return r;
}

Body read_redirection(Fields& f) {
    Redirection r;
    r.receiver = {f.uuid("receiver", Need::required)};
    r.destination = {f.uuid("destination_site", Need::required)};
    r.contract_no = f.text("contract_no", {1, 60});
    r.plan_id = f.uuid("plan_id");
    r.approval_id = f.uuid("approval_id");
    r.route = {f.uuid("route")};
    r.planned_arrive_at = f.instant("planned_arrive_at");
    r.methods = each<std::pair<std::uint8_t, std::string>>(f, "lines", max_lines, [](Fields& l) {
        return std::pair{line_no(l, Need::required), l.text("method_planned", {1, 20})};
    });
    return r;
}

Body read_treatment(Fields& f) {
    TreatmentReport r;
    r.lines = each<Treatment>(f, "lines", max_lines, [](Fields& l) {
        return Treatment{.line_no = line_no(l, Need::required),
                         .weight = l.weight("treated", Need::required).value_or(Grams{}),
                         .method = l.text("method", {1, 20}),
                         .at = l.instant("at").value_or(Instant{}),
                         .ledger_batch = l.text("ledger_batch", {1, 40}),
                         .user = {}};
    });
    return r;
}

}  // namespace liuhen::server::events
