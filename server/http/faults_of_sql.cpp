#include "server/http/faults_of_sql.hpp"

#include "server/http/problem.hpp"

#include <string>
#include <string_view>

namespace liuhen::server::http {
namespace {

// Constraints of sql/*.sql by the name PostgreSQL gives them; it stands in the error's text.
struct ConstraintRow {
    std::string_view constraint;
    unsigned status;
    std::string_view code, pointer;
};
constexpr ConstraintRow constraints[] = {
    {"parties_uscc_key", 409, "DUPLICATE", "/uscc"},
    {"sites_party_id_fkey", 422, "UNKNOWN_REFERENCE", "/party"},
    {"routes_carrier_id_fkey", 422, "UNKNOWN_REFERENCE", "/carrier"},
    {"routes_origin_id_fkey", 422, "UNKNOWN_REFERENCE", "/origin_site"},
    {"routes_destination_id_fkey", 422, "UNKNOWN_REFERENCE", "/destination_site"},
    {"tokens_party_id_fkey", 422, "UNKNOWN_REFERENCE", "/party"},
    {"members_login_key", 409, "DUPLICATE", "/login"},
    {"members_party_id_fkey", 422, "UNKNOWN_REFERENCE", "/party"},
    {"members_check2", 422, "EXCLUSIVE", "/rank"},
    {"clients_party_id_fkey", 422, "UNKNOWN_REFERENCE", "/party"},
    {"identity_providers_issuer_key", 409, "DUPLICATE", "/issuer"},
    {"delegations_delegate_id_fkey", 422, "UNKNOWN_REFERENCE", "/delegate"},
    {"vehicles_plate_plate_colour_key", 409, "DUPLICATE", "/plate"},
    {"vehicles_carrier_id_fkey", 422, "UNKNOWN_REFERENCE", "/carrier"},
    {"terminals_number_key", 409, "DUPLICATE", "/number"},
    {"locks_number_key", 409, "DUPLICATE", "/number"},
    {"locks_terminal_id_fkey", 422, "UNKNOWN_REFERENCE", "/terminal"},
    {"bindings_vehicle_id_fkey", 422, "UNKNOWN_REFERENCE", "/vehicle"},
    {"bindings_terminal_id_fkey", 422, "UNKNOWN_REFERENCE", "/terminal"},
    {"bindings_lock_id_fkey", 422, "UNKNOWN_REFERENCE", "/lock"},
    {"bindings_terminal_id_during_excl", 409, "BINDING_OVERLAP", "/terminal"},
    {"bindings_lock_id_during_excl", 409, "BINDING_OVERLAP", "/lock"},
    {"lock_on_one_vehicle", 409, "LOCK_BUSY", "/locks"},
    {"lock_once_on_a_manifest", 409, "LOCK_BUSY", "/locks"},
    {"scales_once", 409, "DUPLICATE", "/number"},
    {"transport_permits_once", 409, "DUPLICATE", "/number"},
    {"vehicle_permits_once", 409, "DUPLICATE", "/number"},
    {"vehicle_permits_vehicle_id_fkey", 422, "UNKNOWN_REFERENCE", "/vehicle"},
    {"crew_certificates_once", 409, "DUPLICATE", "/number"},
    {"seal_once_a_day", 409, "SEAL_USED", "/seal_nos"},
    {"waybill_once_a_day", 409, "WAYBILL_USED", "/waybill_no"},
    {"provincial_no_once", 409, "PROVINCIAL_NO_USED", "/provincial_no"},
    {"swap_grants_spare_id_fkey", 422, "UNKNOWN_REFERENCE", "/spare"},
    {"swap_grants_check", 422, "EXCLUSIVE", "/spare"},
    {"plan_once_a_year", 409, "DUPLICATE", "/year"},
    {"licence_no_once", 409, "DUPLICATE", "/licence_no"},
    {"approval_no_once", 409, "DUPLICATE", "/no"},
    {"quota_not_exceeded", 409, "QUOTA_IN_USE", "/rows"},
    {"alert_closed_once", 409, "ALREADY_CLOSED", ""},
    {"container_code_once", 409, "DUPLICATE", "/code"},
    {"container_tag_once", 409, "DUPLICATE", "/tag"},
    {"container_movements_site_id_fkey", 422, "UNKNOWN_REFERENCE", "/site"},
    {"stock_not_negative", 409, "STOCK_EXCEEDED", ""},
    {"orders_open_limit", 409, "TOO_MANY_ORDERS", ""},
    {"rule_set_version_once", 409, "DUPLICATE", "/rules/version"},
    {"rule_set_one_at_a_time", 409, "ALREADY_IN_FORCE", ""},
    {"webhooks_limit", 409, "TOO_MANY_WEBHOOKS", ""},
    {"webhook_letters_limit", 409, "TOO_MANY_LETTERS", ""},
};

}  // namespace

std::optional<Reply> refusal_of(const pqxx::sql_error& error) {
    const std::string text = error.what();
    for (const ConstraintRow& row : constraints) {
        if (text.find('"' + std::string{row.constraint} + '"') == std::string::npos) continue;
        Faults faults{fault(row.code, std::string{row.pointer})};
        if (row.status == 422) return unprocessable(std::move(faults));
        std::string detail = faults.front().message;
        return to_reply(
            {row.status, std::string{row.code}, std::move(detail), std::move(faults), {}, {}, {}});
    }
    if (text.find("row-level security") != std::string::npos)
        return refuse(403, "NOT_YOURS", "This is not within what you may change.");
    return std::nullopt;
}

}  // namespace liuhen::server::http
