#include "server/store/registrations.hpp"

#include "server/store/text_array.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {
namespace {

using telematics::Registered;

// The database takes no zero byte in a text, and a device may send one within its own id: it is
// kept as the sign for it, and is a zero byte again when it is compared.
constexpr std::string_view sign_for_zero = "\u2400";

std::string without_zeros(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\0') {
            out += sign_for_zero;
        } else {
            out += c;
        }
    }
    return out;
}

std::string with_zeros(std::string text) {
    for (std::size_t at = 0; (at = text.find(sign_for_zero, at)) != std::string::npos; ++at) {
        text.replace(at, sign_for_zero.size(), 1, '\0');
    }
    return text;
}

Registered registered_in(const pqxx::row& row) {
    return {.terminal_id = with_zeros(row["unit"].c_str()),
            .plate = with_zeros(row["plate"].c_str()),
            .maker = with_zeros(row["maker"].c_str()),
            .model = with_zeros(row["model"].c_str()),
            .plate_colour = static_cast<std::uint8_t>(row["plate_colour"].as<int>())};
}

}  // namespace

std::vector<telematics::FirstRegistration> read_registrations(pqxx::transaction_base& db) {
    std::vector<telematics::FirstRegistration> all;
    const auto rows = db.exec(
        "SELECT t.number, r.unit, r.plate, r.plate_colour, r.maker, r.model"
        " FROM registrations r JOIN terminals t ON t.id = r.terminal_id WHERE r.unit IS NOT NULL");
    all.reserve(rows.size());
    for (const auto& row : rows) all.push_back({{row["number"].c_str()}, registered_in(row)});
    return all;
}

std::vector<std::string> read_proofs(pqxx::transaction_base& db) {
    std::vector<std::string> numbers;
    const auto rows = db.exec(
        "SELECT t.number FROM registrations r JOIN terminals t ON t.id = r.terminal_id"
        " WHERE r.proved_at IS NOT NULL");
    numbers.reserve(rows.size());
    for (const auto& row : rows) numbers.emplace_back(row[0].c_str());
    return numbers;
}

void keep_proofs(pqxx::transaction_base& db, const std::vector<std::string>& numbers, Instant now) {
    db.exec_params(
        "INSERT INTO registrations AS r (terminal_id, proved_at)"
        " SELECT id, $2::timestamptz FROM terminals WHERE number = ANY($1::text[])"
        " ON CONFLICT (terminal_id) DO UPDATE SET proved_at = excluded.proved_at"
        " WHERE r.proved_at IS NULL",
        text_array(numbers, [](const std::string& one) { return one; }), to_iso(now));
}

std::optional<Registered> keep_registration(pqxx::transaction_base& db,
                                            const telematics::FirstRegistration& one, Instant now) {
    const Registered& said = one.said;
    db.exec_params(
        "INSERT INTO registrations (terminal_id, unit, plate, plate_colour, maker, model, first_at)"
        " SELECT id, $2, $3, $4::smallint, $5, $6, $7::timestamptz FROM terminals"
        " WHERE number = $1"
        " ON CONFLICT (terminal_id) DO UPDATE SET unit = excluded.unit, plate = excluded.plate,"
        " plate_colour = excluded.plate_colour, maker = excluded.maker, model = excluded.model,"
        " first_at = excluded.first_at WHERE registrations.unit IS NULL",
        one.terminal.text, without_zeros(said.terminal_id), without_zeros(said.plate),
        static_cast<int>(said.plate_colour), without_zeros(said.maker), without_zeros(said.model),
        to_iso(now));
    const auto rows = db.exec_params(
        "SELECT r.unit, r.plate, r.plate_colour, r.maker, r.model"
        " FROM registrations r JOIN terminals t ON t.id = r.terminal_id WHERE t.number = $1",
        one.terminal.text);
    if (rows.empty()) return std::nullopt;
    return registered_in(rows[0]);
}

void count_refusals(pqxx::transaction_base& db, const RefusedRegistrations& refused) {
    db.exec_params(
        "UPDATE registrations SET refused_count = refused_count + $2::bigint,"
        " last_refused_at = $3::timestamptz"
        " WHERE terminal_id = (SELECT id FROM terminals WHERE number = $1)",
        refused.number, refused.count, to_iso(refused.last));
}

std::optional<nlohmann::json> registration_shown(pqxx::transaction_base& db,
                                                 const std::string& terminal_id) {
    const auto rows = db.exec_params(
        "SELECT json_strip_nulls(json_build_object('unit', unit, 'plate', plate, 'plate_colour',"
        " plate_colour, 'maker', maker, 'model', model, 'first_at', " LIUHEN_ISO(
            "first_at") ", 'refused_count', refused_count, 'last_refused_at', " LIUHEN_ISO(
            "last_refused_at") ", 'reset_at', " LIUHEN_ISO("reset_at") "))::text"
        " FROM registrations WHERE terminal_id = $1::uuid"
        " AND (unit IS NOT NULL OR refused_count > 0 OR reset_at IS NOT NULL)",
        terminal_id);
    if (rows.empty()) return std::nullopt;
    return nlohmann::json::parse(rows[0][0].c_str());
}

void reset_registration(pqxx::transaction_base& db, const std::string& terminal_id,
                        const std::string& token, Instant now) {
    db.exec_params(
        "UPDATE registrations SET unit = NULL, plate = NULL, plate_colour = NULL, maker = NULL,"
        " model = NULL, first_at = NULL, refused_count = 0, last_refused_at = NULL,"
        " proved_at = NULL,"
        " reset_at = $2::timestamptz, reset_by = $3::uuid WHERE terminal_id = $1::uuid",
        terminal_id, to_iso(now), token);
}

}  // namespace liuhen::server::store
