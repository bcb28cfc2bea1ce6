// A signature by code: the device asks, the person whose code it is signs.
#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/manifest_acts.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/http/secrets.hpp"
#include "server/http/signature_code.hpp"
#include "server/http/signatures_api.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/store/manifests.hpp"
#include "server/store/signature_codes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using manifest::Event;
using manifest::Role;
using nlohmann::json;

constexpr std::string_view signing_roles[] = {"producer", "driver", "receiver"};

/// What the device asks for.
struct Wish {
    Event event{};
    Role role{};  ///< whose signature it is to be
    std::string code;
    json form = json::object();  ///< the event's own
    std::optional<LatLon> point;
};

// The digits are told back by no fault.
std::string read_digits(Fields& form) {
    const json* const given = form.any("code", Need::required);
    if (given == nullptr) return {};
    auto digits = given->is_string() ? given->get<std::string>() : std::string{};
    if (!is_signature_code(digits)) form.add("NOT_A_CODE", "code");
    return digits;
}

Wish read_wish(Fields& form) {
    Wish wish;
    const std::string role = form.one_of("role", signing_roles, Need::required);
    const std::string event = form.text("event", {1, 40}, Need::required);
    const auto known_role = manifest::role_from_code(role);
    const auto known_event = manifest::event_from_code(event);
    wish.role = known_role.value_or(Role::producer);
    wish.event = known_event.value_or(Event::create);
    if (!event.empty() && known_role && (!known_event || !signs_by_code(wish.role, wish.event)))
        form.add("UNKNOWN_VALUE", "event", event);
    wish.code = read_digits(form);
    wish.point = events::point(form, "point");
    if (const json* const given = form.any("body")) {
        if (given->is_object())
            wish.form = *given;
        else
            form.add("WRONG_TYPE", "body");
    }
    form.finish();
    return wish;
}

// Whose code it must be. A handover is taken by the next leg's driver.
PartyId owner_of(const manifest::Manifest& m, const Wish& wish) {
    if (wish.role == Role::producer) return m.producer.id;
    if (wish.role == Role::receiver) return m.receiver.id;
    const bool next = wish.event == Event::handover_in || wish.event == Event::handover_refuse;
    const manifest::Leg* const leg = next ? next_leg(m) : current_leg(m);
    return leg == nullptr ? PartyId{} : leg->carrier.id;
}

Reply locked(Instant until, Instant now) {
    return slow_down("SIGNATURE_CODES_LOCKED", "Too many wrong signature codes.",
                     std::chrono::ceil<std::chrono::seconds>(until - now));
}

// What was wrong with it is told to nobody; how many tries are left, to who could count them
// himself. The count stands though the request is refused.
Reply wrong_code(int tries_left) {
    Reply reply = refuse(403, "SIGNATURE_CODE_WRONG", "The code does not sign this here and now.");
    json body = json::parse(reply.body);
    body["tries_left"] = tries_left;
    reply.body = body.dump();
    reply.on_record = true;
    return reply;
}

// The signer, with the device that he used as the one who acts for him.
Caller signer_of(const Caller& device, const Wish& wish, const PartyId& owner,
                 const store::FoundCode& code) {
    Caller signer;
    signer.role = wish.role;
    signer.party = owner;
    signer.token_id = device.token_id;
    signer.person = code.person;
    signer.account = code.account;
    signer.member = code.member;
    signer.rank = Rank::member;
    if (device.party != owner) signer.delegate = device.party;
    return signer;
}

// For history: by which code, on whose device, and where the device said it was.
json said_of(const Caller& device, const Wish& wish, const store::FoundCode& code) {
    json said{{"code", code.id},
              {"device_party", device.party.text},
              {"device_role", manifest::code(device.role)},
              {"device_person", device.person}};
    if (wish.point) said["point"] = {{"lat", wish.point->lat}, {"lon", wish.point->lon}};
    return said;
}

Reply sign(pqxx::work& db, const Call& call, const store::SignatureTry& one, Wish wish,
           const store::FoundCode& code) {
    const Caller signer = signer_of(call.caller, wish, {one.owner}, code);
    ConnectionPool::introduce(db, identity_of(signer));
    Reply reply =
        perform(db, call,
                {wish.event, {one.manifest}, wish.form, signer, said_of(call.caller, wish, code)});
    if (reply.refused()) return reply;
    store::spend_signature_code(db, one, code.id, std::string{manifest::code(wish.event)},
                                call.caller.token_id);
    ConnectionPool::introduce(db, identity_of(call.caller));
    return reply;
}

}  // namespace

Reply sign_by_code(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    const auto body = read_body(call.request);
    if (!body) return body.error();
    if (!has_secret_key(call)) return no_secret_key();
    const auto m = is_uuid(id.text) ? store::find_manifest(db, id) : std::nullopt;
    if (!m) return refuse(404, "NOT_FOUND");
    Faults faults;
    Fields form{*body, "", faults};
    Wish wish = read_wish(form);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const PartyId owner = owner_of(*m, wish);
    if (owner.empty())
        return refuse(409, "NOBODY_TO_SIGN", "The manifest names nobody in that role.");
    const store::SignatureTry one{owner.text, call.caller.party.text, call.request.peer, id.text,
                                  call.now};
    if (const auto until = store::begin_guess(db, one)) return locked(*until, call.now);
    const auto digests = digests_of_code(*call.vault, owner.text, wish.code);
    const auto code =
        store::find_signature_code(db, one, digests, std::string{manifest::code(wish.role)},
                                   std::string{manifest::code(wish.event)}, wish.point);
    if (!code) return wrong_code(store::count_wrong(db, one));
    const auto forms = digests_of_form(*call.vault, wish.form);
    if (!code->content.empty() && std::ranges::find(forms, code->content) == forms.end())
        return refuse(409, "OTHER_CONTENT", "The signer agreed to other figures than these.");
    return sign(db, call, one, std::move(wish), *code);
}

}  // namespace liuhen::server::http
