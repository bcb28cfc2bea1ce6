// The registers of papers and scales: entered by the operator and regulators, seen by their owner.
#include "server/crypto.hpp"
#include "server/days.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"
#include "server/store/papers.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view crew_kinds[] = {"driver", "escort"};
constexpr std::int64_t heaviest_load_g = 200'000'000;
constexpr std::int64_t coarsest_scale_g = 20'000;

Reply revoke(pqxx::work& db, const Call& call, const store::Register& in) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::revoke_row(db, in, id, call.now)) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    return reply;
}

std::string read_day(Fields& form, std::string_view name) {
    const std::string text = form.text(name, {1, 10}, Need::required);
    if (!text.empty() && !parse_day(text)) form.add("NOT_A_DATE", name, text);
    return text;
}

struct Days {
    std::string from, to;
};
Days read_validity(Fields& form) {
    Days days{read_day(form, "valid_from"), read_day(form, "valid_to")};
    const auto from = parse_day(days.from);
    const auto to = parse_day(days.to);
    if (from && to && *to < *from) form.add("TIME_ORDER", "valid_to");
    return days;
}

// A party that has the role; the fault otherwise.
std::string read_party(pqxx::work& db, Fields& form, std::string_view field,
                       std::initializer_list<const char*> roles) {
    const std::string party = form.uuid(field, Need::required);
    if (party.empty()) return party;
    for (const char* role : roles) {
        if (store::party_has_role(db, party, role)) return party;
    }
    form.add("WRONG_ROLE", field, party);
    return party;
}

bool is_class(const std::string& text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '1' && text[at] <= '9'; };
    return (text.size() == 1 && digit(0)) ||
           (text.size() == 3 && digit(0) && text[1] == '.' && digit(2));
}

std::vector<std::string> read_classes(Fields& form) {
    auto classes = form.codes("dg_classes", 40, {1, 3}, is_class, Need::required);
    if (form.has("dg_classes") && classes.empty() && form.faults().empty())
        form.add("TOO_SHORT", "dg_classes");
    return classes;
}

// Reads a body, has `enter` fill in and insert it under a new id, and shows the row.
template <class Enter>
Reply enter_row(pqxx::work& db, const Call& call, const store::Register& in, Enter enter) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string id = uuid_v7(call.now);
    enter(form, id);
    if (!faults.empty()) return unprocessable(std::move(faults));
    return created(db, in, id);
}

}  // namespace

Reply list_scales(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::scales);
}
Reply list_transport_permits(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::transport_permits);
}
Reply list_vehicle_permits(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::vehicle_permits);
}
Reply list_crew_certificates(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::crew_certificates);
}

Reply revoke_scale(pqxx::work& db, const Call& call) { return revoke(db, call, store::scales); }
Reply revoke_transport_permit(pqxx::work& db, const Call& call) {
    return revoke(db, call, store::transport_permits);
}
Reply revoke_vehicle_permit(pqxx::work& db, const Call& call) {
    return revoke(db, call, store::vehicle_permits);
}
Reply revoke_crew_certificate(pqxx::work& db, const Call& call) {
    return revoke(db, call, store::crew_certificates);
}

Reply add_scale(pqxx::work& db, const Call& call) {
    return enter_row(db, call, store::scales, [&](Fields& form, const std::string& id) {
        const auto party = read_party(db, form, "party", {"receiver", "producer"});
        const auto number = form.text("number", {1, 40}, Need::required);
        const auto floor = form.integer("floor_g", 1, coarsest_scale_g, Need::required);
        const auto until = read_day(form, "calibration_to");
        form.finish();
        if (!form.faults().empty()) return;
        db.exec_params0(
            "INSERT INTO scales (id, party_id, number, floor_g, calibration_to)"
            " VALUES ($1::uuid, $2::uuid, $3, $4::int, $5::date)",
            id, party, number, std::to_string(*floor), until);
    });
}

Reply add_transport_permit(pqxx::work& db, const Call& call) {
    return enter_row(db, call, store::transport_permits, [&](Fields& form, const std::string& id) {
        const auto carrier = read_party(db, form, "carrier", {"carrier"});
        const auto number = form.text("number", {4, 40}, Need::required);
        const auto classes = read_classes(form);
        const auto [from, to] = read_validity(form);
        form.finish();
        if (!form.faults().empty()) return;
        db.exec_params0(
            "INSERT INTO transport_permits (id, carrier_id, number, dg_classes, valid_from,"
            " valid_to) VALUES ($1::uuid, $2::uuid, $3,"
            " ARRAY(SELECT json_array_elements_text($4::json)), $5::date, $6::date)",
            id, carrier, number, json(classes).dump(), from, to);
    });
}

Reply add_vehicle_permit(pqxx::work& db, const Call& call) {
    return enter_row(db, call, store::vehicle_permits, [&](Fields& form, const std::string& id) {
        const auto vehicle = form.uuid("vehicle", Need::required);
        const auto number = form.text("number", {4, 40}, Need::required);
        const auto rated = form.integer("rated_load_g", 1, heaviest_load_g);
        const auto [from, to] = read_validity(form);
        form.finish();
        if (!form.faults().empty()) return;
        db.exec_params0(
            "INSERT INTO vehicle_permits (id, vehicle_id, number, rated_load_g, valid_from,"
            " valid_to) VALUES ($1::uuid, $2::uuid, $3, NULLIF($4, '')::bigint, $5::date,"
            " $6::date)",
            id, vehicle, number, rated ? std::to_string(*rated) : std::string{}, from, to);
    });
}

Reply add_crew_certificate(pqxx::work& db, const Call& call) {
    return enter_row(db, call, store::crew_certificates, [&](Fields& form, const std::string& id) {
        const auto carrier = read_party(db, form, "carrier", {"carrier"});
        const auto kind = form.one_of("kind", crew_kinds, Need::required);
        const auto person = form.text("person", {2, 30}, Need::required);
        const auto number = form.text("number", {4, 40}, Need::required);
        const auto [from, to] = read_validity(form);
        form.finish();
        if (!form.faults().empty()) return;
        db.exec_params0(
            "INSERT INTO crew_certificates (id, carrier_id, kind, person, number, valid_from,"
            " valid_to) VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::date, $7::date)",
            id, carrier, kind, person, number, from, to);
    });
}

}  // namespace liuhen::server::http
