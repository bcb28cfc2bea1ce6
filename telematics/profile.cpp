#include "telematics/profile.hpp"

#include "telematics/profile_grammar.hpp"
#include "telematics/profile_registry.hpp"
#include "telematics/profile_words.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics {
namespace {

Profile profile_of(ProfileBlock block) {
    if (block.dialect != Dialect{})
        block.profile.dialect = std::make_shared<const Dialect>(std::move(block.dialect));
    return std::move(block.profile);
}

constexpr std::string_view own_rows =
#include "telematics/profiles.rows"
    ;

// Changed by add_profiles only.
std::vector<Profile>& registry() {
    static std::vector<Profile> known = read_profiles(own_rows).value();
    return known;
}

}  // namespace

const ItemRule* Dialect::item(std::uint8_t id, std::size_t length) const {
    static const ItemRule unexplained;
    const ItemRule* found = nullptr;
    for (const ItemRule& rule : items) {
        if (rule.id != id) continue;
        if (length >= rule.shortest && length <= rule.longest) return &rule;
        found = &unexplained;
    }
    return found;
}

const EventRule* Dialect::event(std::uint16_t number) const {
    const auto found = std::ranges::find_if(events, [=](const EventRule& rule) {
        return rule.number <= number && number <= rule.last;
    });
    return found == events.end() ? nullptr : &*found;
}

bool Dialect::redefines(Word word, unsigned bit) const {
    return std::ranges::any_of(
        bits, [=](const BitRule& rule) { return rule.word == word && rule.bit == bit; });
}

std::optional<bool> Dialect::says(Sense sense, Word word, std::uint32_t value) const {
    std::optional<bool> said;
    for (const BitRule& rule : bits) {
        if (rule.sense != sense || rule.word != word) continue;
        said = said.value_or(false) || (value >> rule.bit & 1U) != 0;
    }
    return said;
}

Result<std::vector<Profile>, ProfileFault> read_profiles(std::string_view rows) {
    auto blocks = read_profile_blocks(rows);
    if (!blocks) return fail(blocks.error());
    std::vector<Profile> profiles;
    for (ProfileBlock& block : *blocks) {
        if (block.replaces) return fail(ProfileFault{block.line, "there is nothing to replace"});
        profiles.push_back(profile_of(std::move(block)));
    }
    return profiles;
}

Result<void, ProfileFault> add_profiles(std::string_view rows) {
    auto blocks = read_profile_blocks(rows);
    if (!blocks) return fail(blocks.error());
    std::vector<Profile> known = registry();
    for (ProfileBlock& block : *blocks) {
        const std::size_t line = block.line;
        const bool replaces = block.replaces;
        const auto place = std::ranges::find(known, block.profile.name, &Profile::name);
        if (place == known.end() && replaces)
            return fail(ProfileFault{line, "there is no profile of that name to replace"});
        if (place != known.end() && !replaces)
            return fail(ProfileFault{line, "that name is known; profile NAME replace takes it"});
        if (replaces) {
            *place = profile_of(std::move(block));
        } else {
            known.push_back(profile_of(std::move(block)));
        }
    }
    registry() = std::move(known);
    return {};
}

const std::vector<Profile>& known_profiles() { return registry(); }

const Profile* find_profile(std::string_view name) {
    const auto& known = known_profiles();
    const auto found = std::ranges::find(known, name, &Profile::name);
    return found == known.end() ? nullptr : &*found;
}

Profile completed(Profile entered) {
    const Profile* const model = find_profile(entered.name);
    if (model == nullptr) return entered;
    if (!entered.dialect) entered.dialect = model->dialect;
    entered.patience = model->patience;
    for (const auto& leave : profile_words::leaves) entered.*(leave.flag) |= model->*(leave.flag);
    return entered;
}

}  // namespace liuhen::telematics
