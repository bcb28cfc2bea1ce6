#include "server/load.hpp"

#include "server/crypto.hpp"

#include <algorithm>

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

Load load_of(pqxx::transaction_base& db, const Manifest& manifest, Instant now) {
    const auto all = travelling(manifest);
    const auto found = store::containers_named(db, manifest.id, marks_of(all));
    Load load;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto known = std::ranges::find(found, i, &store::NamedContainer::mark);
        Carried one{{}, all[i].line_no, net_of(all[i].named), {}, {}};
        // Two marks are two drums, though both be found to be one of the register.
        const bool taken =
            known != found.end() &&
            std::ranges::find(load.carried, known->id, &Carried::container) != load.carried.end();
        if (known != found.end() && !taken) {
            one.container = known->id;
            one.held = known->held;
        } else {
            load.made.push_back(made_of(manifest, all[i], now));
            one.container = load.made.back().id;
        }
        load.carried.push_back(std::move(one));
    }
    add_forgotten(load, store::posted_by(db, manifest.id));
    return load;
}

}  // namespace liuhen::server
