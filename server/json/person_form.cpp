#include "server/json/person_form.hpp"

#include "manifest/codes.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using nlohmann::json;

constexpr const char* number_member = "id_no";
constexpr std::size_t shown_at_an_end = 4;

std::string read_day(Fields& f, std::string_view name) {
    const std::string day = f.text(name, {10, 10});
    const auto at = day.size() == 10 ? parse_iso(day + "T00:00:00Z") : std::nullopt;
    if (!day.empty() && !at) f.add("FIELD_FORMAT", name, day);
    return at ? day : std::string{};
}

std::string read_number(Fields& f) {
    const json* value = f.any(number_member);
    if (value == nullptr) return {};
    constexpr Instant any_day{std::chrono::sys_days{std::chrono::year{2999} / 1 / 1}};
    if (value->is_string() &&
        manifest::is_person_number(value->get_ref<const std::string&>(), any_day))
        return masked_number(value->get<std::string>());
    f.add("FIELD_FORMAT", number_member);
    return {};
}

}  // namespace

std::string masked_number(std::string number) {
    if (number.size() <= 2 * shown_at_an_end) return std::string(number.size(), '*');
    const std::size_t hidden = number.size() - 2 * shown_at_an_end;
    return number.replace(shown_at_an_end, hidden, hidden, '*');
}

manifest::Person read_person(Fields& form, std::string_view name) {
    manifest::Person person;
    const json* value = form.any(name);
    if (value == nullptr) return person;
    if (value->is_string()) {
        person.name = sound_text(*value, {2, 30}, form.pointer(name), form.faults()).value_or("");
        return person;
    }
    Fields p{*value, form.pointer(name), form.faults()};
    person.name = p.text("name", {2, 30}, Need::required);
    person.user = p.text("user", {1, 64});
    person.certificate_no = p.text("certificate_no", {1, 40});
    person.certificate_until = read_day(p, "certificate_until");
    person.id_masked = read_number(p);
    p.finish();
    return person;
}

std::vector<StatedNumber> take_person_numbers(json& body) {
    std::vector<StatedNumber> taken;
    for (const auto seat : crew_seats) {
        const auto person = body.is_object() ? body.find(std::string{seat}) : body.end();
        if (person == body.end() || !person->is_object()) continue;
        const auto number = person->find(number_member);
        if (number == person->end() || !number->is_string()) continue;
        taken.push_back({std::string{seat}, number->get<std::string>()});
        *number = masked_number(number->get<std::string>());
    }
    return taken;
}

}  // namespace liuhen::server
