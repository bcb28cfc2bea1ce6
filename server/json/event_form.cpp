// The forms of manifest events: one reader each, in one table.
#include "server/json/event_parts.hpp"
#include "server/json/event_readers.hpp"
#include "server/json/manifest_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;
using namespace events;

Body read_hold(Fields& f) {
    return HoldOrder{f.text("order_no", {0, 60}), f.text("reason", {0, 500}), f.instant("until")};
}

// A value as the text that fields are compared and written in.
std::string change_text(Fields& f) {
    const json* value = f.any("value");
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) {
        const TextSize any_field{0, 1000, Wording::name};  // names of people among them
        return sound_text(*value, any_field, f.pointer("value"), f.faults()).value_or("");
    }
    if (value->is_number_integer() || value->is_boolean()) return value->dump();
    if (value->is_array()) {
        std::string joined;
        for (const auto& one : f.texts("value", 20, {1, 100})) {
            joined += (joined.empty() ? "" : ",") + one;
        }
        return joined;
    }
    f.add("WRONG_TYPE", "value");
    return {};
}

Body read_revision(Fields& f) {
    RevisionRequest r;
    r.reason = f.text("reason", {0, 500});
    r.changes = each<FieldChange>(f, "changes", 101, [](Fields& c) {
        return FieldChange{c.text("pointer", {2, 100}, Need::required), {}, change_text(c)};
    });
    return r;
}

struct FormRow {
    Event event;
    Body (*read)(Fields&);
};
Body read_explanation(Fields& f) { return Explanation{read_reason(f)}; }
Body read_nothing(Fields&) { return Closing{}; }

constexpr FormRow forms[] = {
    {Event::create, read_filing},
    {Event::edit, read_filing},
    {Event::discard, read_nothing},
    {Event::submit, [](Fields&) -> Body { return Submission{}; }},
    {Event::amend, read_filing},
    {Event::carrier_accept, read_acceptance},
    {Event::carrier_refuse, read_explanation},
    {Event::unassign, read_nothing},
    {Event::swap_vehicle, read_acceptance},
    {Event::load_sign, read_loading},
    {Event::unload, [](Fields&) -> Body { return Unloading{}; }},
    {Event::depart, read_departure},
    {Event::handover_out, read_handover_out},
    {Event::handover_in, read_handover_in},
    {Event::handover_refuse, read_explanation},
    {Event::breakdown_swap, read_breakdown},
    {Event::arrive, [](Fields&) -> Body { return Arrival{}; }},
    {Event::weigh_in, read_weigh_in},
    {Event::accept, read_verdict},
    {Event::accept_with_difference, read_difference},
    {Event::accept_part, read_part},
    {Event::reject, read_rejection},
    {Event::confirm_difference, read_confirmation},
    {Event::dispute, read_dispute},
    {Event::rule, read_ruling},
    {Event::start_return, read_return},
    {Event::confirm_return, read_weigh_in},
    {Event::redirect, read_redirection},
    {Event::settle_remainder,
     [](Fields& f) -> Body {
         return Settlement{f.texts("children", 20, {14, 14})};
     }},
    {Event::close, read_nothing},
    {Event::void_, read_explanation},
    {Event::submit_backfill, read_backfill},
    {Event::confirm_backfill, read_confirmation},
    {Event::return_backfill, read_explanation},
    {Event::hold, read_hold},
    {Event::release,
     [](Fields& f) -> Body {
         return Release{f.text("reason", {0, 500})};
     }},
    {Event::close_by_authority,
     [](Fields& f) -> Body {
         return Seizure{f.text("case_no", {0, 60}), f.text("reason", {0, 500})};
     }},
    {Event::request_revision, read_revision},
    {Event::approve_revision, read_nothing},
    {Event::refuse_revision, read_nothing},
    {Event::cancel_revision, read_nothing},
    {Event::report_treatment, read_treatment},
};

}  // namespace

Result<EventForm, Faults> read_event(Event event, const json& body) {
    const auto* const row = std::find_if(std::begin(forms), std::end(forms),
                                         [event](const FormRow& r) { return r.event == event; });
    if (row == std::end(forms)) return EventForm{};
    Faults faults;
    Fields fields{body, "", faults};
    EventForm form;
    form.at = fields.instant("at");
    form.body = row->read(fields);
    fields.finish();
    if (!faults.empty()) return fail(std::move(faults));
    return form;
}

}  // namespace liuhen::server
