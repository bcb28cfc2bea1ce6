#include "server/load.hpp"

#include "server/crypto.hpp"

#include <algorithm>
#include <set>

namespace liuhen::server {
namespace {

using namespace manifest;
using namespace manifest::custody;

const WasteLine* line_of(const Manifest& manifest, std::uint8_t line_no) {
    const auto line = std::ranges::find(manifest.lines, line_no, &WasteLine::line_no);
    return line == manifest.lines.end() ? nullptr : &*line;
}

store::StoredContainer made_of(const Manifest& manifest, const Travelling& one, Instant now) {
    store::StoredContainer made{{uuid_v7(now)},
                                manifest.producer.id,
                                one.mark.own,
                                one.mark.tag,
                                one.mark.waste_code,
                                {},
                                {},
                                {},
                                now};
    const auto* line = line_of(manifest, one.line_no);
    made.waste_name = line->waste_name;
    if (line->package) made.package = code(*line->package);
    if (one.named != nullptr) made.tare = one.named->tare_g;
    return made;
}

std::optional<Grams> net_of(const Container* named) {
    if (named == nullptr || !named->gross_g || !named->tare_g) return std::nullopt;
    return *named->gross_g - *named->tare_g;
}

using Candidates = std::vector<const store::NamedContainer*>;

// As many of them, in their order, as together come nearest to what is sent.
Candidates nearest(const Candidates& all, Grams sent) {
    Candidates taken;
    for (Grams sum; const auto* one : all) {
        const Grams with = sum + one->held;
        const bool nearer = std::abs((sent - with).value) < std::abs((sent - sum).value);
        if (!taken.empty() && !nearer) break;
        taken.push_back(one);
        sum = with;
    }
    return taken;
}

// A line that names none takes what the manifest before it left: drums leave whole. What it has
// loaded already are its own.
Candidates left_for(const WasteLine& line, std::size_t mark,
                    const std::vector<store::NamedContainer>& found,
                    const std::vector<store::PostedMovement>& posted,
                    std::set<ContainerId>& taken) {
    Candidates loaded, standing;
    for (const auto& one : found) {
        if (one.mark != mark || !one.own || taken.contains(one.id)) continue;
        const bool moved = std::ranges::any_of(posted, [&](const store::PostedMovement& row) {
            return row.movement.container == one.id && row.line_no == line.line_no;
        });
        if (moved) loaded.push_back(&one);
        if (one.held > Grams{} && one.open_on.empty()) standing.push_back(&one);
    }
    auto chosen = loaded.empty() ? nearest(standing, line.sent_g.value_or(Grams{})) : loaded;
    for (const auto* one : chosen) taken.insert(one->id);
    return chosen;
}

// What was posted for a container that the manifest names no longer: it carries nothing of a line.
void add_forgotten(Load& load, const std::vector<store::PostedMovement>& posted) {
    for (const auto& row : posted) {
        const auto& id = row.movement.container;
        auto known = std::ranges::find(load.carried, id, &Carried::container);
        if (known == load.carried.end()) {
            load.carried.push_back({id, 0, {}, {}, {}});
            known = load.carried.end() - 1;
        }
        known->posted.push_back(row.movement);
    }
}

}  // namespace

std::vector<Travelling> travelling(const Manifest& manifest) {
    std::vector<Travelling> all;
    for (const auto& one : manifest.containers) {
        const auto* line = line_of(manifest, one.line_no);
        if (line == nullptr) continue;
        all.push_back(
            {{one.code, one.tag_id, manifest.no + '-' + one.code, line->code}, one.line_no, &one});
    }
    for (const auto& line : manifest.lines) {
        const bool marked = std::ranges::find(manifest.containers, line.line_no,
                                              &Container::line_no) != manifest.containers.end();
        if (!marked)
            all.push_back({{{}, {}, manifest.no + '#' + std::to_string(line.line_no), line.code},
                           line.line_no,
                           nullptr});
    }
    return all;
}

std::vector<store::Mark> marks_of(const std::vector<Travelling>& all) {
    std::vector<store::Mark> marks;
    marks.reserve(all.size());
    for (const auto& one : all) marks.push_back(one.mark);
    return marks;
}

std::vector<const store::NamedContainer*> chosen(const std::vector<Travelling>& all,
                                                 const std::vector<store::NamedContainer>& found) {
    std::vector<const store::NamedContainer*> of_mark(all.size());
    std::set<ContainerId> taken;
    for (const auto& one : found) {
        auto& place = of_mark.at(one.mark);
        if (one.own && place == nullptr && taken.insert(one.id).second) place = &one;
    }
    return of_mark;
}

void hold_named(pqxx::transaction_base& db, const Manifest& manifest) {
    std::vector<ContainerId> ids;
    for (const auto& one :
         store::containers_named(db, manifest.id, marks_of(travelling(manifest)))) {
        if (one.own) ids.push_back(one.id);
    }
    store::hold_containers(db, std::move(ids));
}

Load load_of(pqxx::transaction_base& db, const Manifest& manifest, Instant now) {
    hold_named(db, manifest);
    const auto all = travelling(manifest);
    const auto found = store::containers_named(db, manifest.id, marks_of(all));
    const auto known = chosen(all, found);
    const auto posted = store::posted_by(db, manifest.id);
    Load load;
    std::set<std::string> tags;
    std::set<ContainerId> taken;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].named != nullptr && known[i] != nullptr) taken.insert(known[i]->id);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool loose = all[i].named == nullptr;
        const auto* const line = line_of(manifest, all[i].line_no);
        const auto left = loose ? left_for(*line, i, found, posted, taken) : Candidates{};
        for (const auto* one : left)
            load.carried.push_back({one->id, all[i].line_no, {}, one->held, {}});
        if (!left.empty()) continue;
        Carried one{{}, all[i].line_no, net_of(all[i].named), {}, {}};
        if (!loose && known[i] != nullptr) {
            one.container = known[i]->id;
            one.held = known[i]->held;
        } else {
            auto made = made_of(manifest, all[i], now);
            // Two marks are two drums, though both bear one label: it stays with the first.
            const bool others = std::ranges::any_of(
                found, [i](const auto& named) { return named.own && named.mark == i; });
            if (others || !tags.insert(made.tag).second) made.tag.clear();
            load.made.push_back(std::move(made));
            one.container = load.made.back().id;
        }
        load.carried.push_back(std::move(one));
    }
    add_forgotten(load, posted);
    return load;
}

}  // namespace liuhen::server
