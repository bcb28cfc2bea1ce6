#include "manifest/fields.hpp"

#include "manifest/field_texts.hpp"
#include "manifest/field_visit.hpp"

#include <algorithm>
#include <map>

namespace liuhen::manifest {
namespace {

/// "/lines/12/code" as "/lines/*/code".
std::string starred(std::string_view pointer) {
    std::string pattern;
    for (std::size_t i = 0; i < pointer.size();) {
        const auto end = std::min(pointer.find('/', i + 1), pointer.size());
        const auto part = pointer.substr(i + 1, end - i - 1);
        const bool index = !part.empty() && part.find_first_not_of("0123456789") == part.npos;
        pattern += index ? std::string{"/*"} : "/" + std::string{part};
        i = end;
    }
    return pattern;
}

}  // namespace

const FieldRule* rule_of(std::string_view pointer) {
    const auto rules = field_rules();
    const auto pattern = starred(pointer);
    const auto found = std::ranges::find(rules, std::string_view{pattern}, &FieldRule::pointer);
    return found == rules.end() ? nullptr : &*found;
}

std::vector<FieldText> fields_of(const Manifest& manifest) {
    std::vector<FieldText> fields;
    visit_fields(manifest, [&fields](std::string pointer, const auto& value) {
        fields.push_back({std::move(pointer), field_text(value)});
    });
    return fields;
}

std::vector<FieldChange> changes_between(const Manifest& before, const Manifest& after) {
    std::map<std::string, FieldChange> changes;
    for (auto& [pointer, text] : fields_of(before)) {
        changes[pointer] = {pointer, std::move(text), {}};
    }
    for (auto& [pointer, text] : fields_of(after)) {
        auto& change = changes[pointer];
        change.pointer = pointer;
        change.after = std::move(text);
    }
    std::vector<FieldChange> found;
    for (auto& [pointer, change] : changes) {
        if (change.before != change.after) found.push_back(std::move(change));
    }
    return found;
}

FieldWrite write_field(Manifest& manifest, std::string_view pointer, std::string_view text) {
    auto outcome = FieldWrite::unknown_field;
    visit_fields(manifest, [&](const std::string& here, auto& value) {
        if (here != pointer) return;
        outcome = read_field(text, value) ? FieldWrite::written : FieldWrite::bad_value;
    });
    return outcome;
}

}  // namespace liuhen::manifest
