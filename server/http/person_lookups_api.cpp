// Where a person was named as driver or escort, asked by an authority with the identity number.
#include "manifest/codes.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/secrets.hpp"
#include "server/json/fields.hpp"
#include "server/store/person_numbers.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {

Reply look_up_person(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::PersonLookup wanted;
    const auto* const number = form.any("id_no", Need::required);
    if (number != nullptr && number->is_string()) wanted.number = number->get<std::string>();
    if (number != nullptr && !manifest::is_person_number(wanted.number, call.now))
        form.add("FIELD_FORMAT", "id_no");  // without the value: it may be somebody's
    wanted.reason = form.text("reason", {5, 500}, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (!has_secret_key(call)) return no_secret_key();
    wanted.token_id = call.caller.token_id;
    wanted.person = call.caller.person;
    wanted.role = code(call.caller.role);
    wanted.at = call.now;
    return json_reply({{"items", store::find_person(db, *call.vault, wanted)}});
}

}  // namespace liuhen::server::http
