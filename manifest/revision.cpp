#include "manifest/revision.hpp"

#include "manifest/codes.hpp"
#include "manifest/guards.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

/// True when the organisation stands in the seat that keeps the field. A leg's fields belong to
/// that leg's carrier, whoever holds the load now.
bool keeps(const Manifest& manifest, const FieldRule& rule, std::string_view pointer,
           const Actor& by) {
    switch (rule.keeper) {
        case Keeper::producer:
            return by.role == Role::producer && manifest.producer.id == by.party;
        case Keeper::receiver:
            return by.role == Role::receiver && manifest.receiver.id == by.party;
        case Keeper::carrier:
            return by.role == Role::carrier &&
                   std::ranges::any_of(manifest.legs, [&](const Leg& leg) {
                       const auto under = "/legs/" + std::to_string(leg.leg_no - 1) + "/";
                       return leg.carrier.id == by.party && pointer.starts_with(under);
                   });
        case Keeper::nobody:
            break;
    }
    return false;
}

/// What the producer files may be left empty at first, and filled in by a revision.
bool filed_with_the_form(const FieldRule& rule) { return rule.sealed_by == Event::carrier_accept; }

/// Weights, counts and times are corrected, never taken away; a text stays one.
std::string_view text_fault(const FieldRule& rule, std::string_view text) {
    constexpr std::size_t longest = 1000;
    const auto& field = rule.pointer;
    const bool measured = field.ends_with("_g") || field.ends_with("_at") ||
                          field.ends_with("container_count") ||
                          field.ends_with("containers_received");
    if (text.empty()) return measured ? "FIELD_REQUIRED" : "";
    const auto length = text_length(text);
    return !length || *length > longest ? "FIELD_LENGTH" : "";
}

std::string text_at(const std::vector<FieldText>& fields, std::string_view pointer) {
    const auto found = std::ranges::find(fields, pointer, &FieldText::pointer);
    return found == fields.end() ? std::string{} : found->text;
}

}  // namespace

Result<Manifest, Refusals> with_changes(const Manifest& manifest, const Actor& by,
                                        const std::vector<FieldChange>& changes) {
    Refusals faults;
    Manifest revised = manifest;
    const auto fields = fields_of(manifest);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto& change = changes[i];
        const auto pointer = "/changes/" + std::to_string(i);
        const FieldRule* rule = rule_of(change.pointer);
        const auto say = [&](std::string_view code, const char* part) {
            faults.push_back(refuse(code, pointer + part, change.pointer));
        };
        const bool exists =
            std::ranges::find(fields, change.pointer, &FieldText::pointer) != fields.end();
        if (rule == nullptr || !exists) {
            say("FIELD_UNKNOWN", "/pointer");
        } else if (!keeps(manifest, *rule, change.pointer, by)) {
            say("FIELD_SEALED", "/pointer");
        } else if (text_at(fields, change.pointer).empty() && !filed_with_the_form(*rule)) {
            say("FIELD_NOT_FILLED", "/pointer");
        } else if (const auto code = text_fault(*rule, change.after); !code.empty()) {
            say(code, "/value");
        } else if (write_field(revised, change.pointer, change.after) != FieldWrite::written) {
            say("FIELD_FORMAT", "/value");
        }
    }
    if (faults.empty()) faults = content_faults(manifest, revised);
    if (!faults.empty()) return fail(std::move(faults));
    return revised;
}

std::vector<PartyId> counterparts_of(const Manifest& manifest, const PartyId& author) {
    std::vector<PartyId> others;
    const auto name = [&](const PartyId& party) {
        const bool known = std::ranges::find(others, party) != others.end();
        if (!party.empty() && party != author && !known) others.push_back(party);
    };
    name(manifest.producer.id);
    name(manifest.receiver.id);
    for (const auto& leg : manifest.legs) name(leg.carrier.id);
    return others;
}

namespace guards {

Refusals revision_fit(const Case& c) {
    const auto* given = std::get_if<RevisionRequest>(&c.request.body);
    if (given == nullptr) return {};
    auto faults = reason_faults(given->reason, "/reason");
    if (given->changes.empty()) faults.push_back(refuse("REVISION_EMPTY", "/changes"));
    if (given->changes.size() > max_changes) {
        faults.push_back(refuse("FIELD_RANGE", "/changes"));
        return faults;
    }
    auto revised = with_changes(c.manifest, c.request.by, given->changes);
    if (!revised) {
        append(faults, std::move(revised.error()));
    } else if (!given->changes.empty() && *revised == c.manifest) {
        faults.push_back(refuse("REVISION_EMPTY", "/changes"));
    }
    return faults;
}

Refusals counterpart(const Case& c) {
    if (!c.manifest.revision) return {};
    const auto& revision = *c.manifest.revision;
    const auto& by = c.request.by;
    if (c.request.event == Event::cancel_revision) {
        const bool lapsed = revision.due && *revision.due <= c.facts.now;
        if (by.role == Role::system) return lapsed ? Refusals{} : Refusals{refuse("TOO_EARLY", "")};
        return by.party == revision.party ? Refusals{} : Refusals{refuse("NOT_YOUR_ORG", "")};
    }
    if (by.role == Role::system) return {refuse("ROLE_NOT_ALLOWED", "")};
    if (std::ranges::find(revision.awaited, by.party) != revision.awaited.end()) return {};
    return {refuse(by.party == revision.party ? "NOT_YOUR_ORG" : "ALREADY_SIGNED", "")};
}

Refusals revision_fresh(const Case& c) {
    if (!c.manifest.revision || c.request.event != Event::approve_revision) return {};
    const auto& revision = *c.manifest.revision;
    Refusals faults;
    const auto fields = fields_of(c.manifest);
    for (std::size_t i = 0; i < revision.changes.size(); ++i) {
        const auto& change = revision.changes[i];
        if (text_at(fields, change.pointer) == change.before) continue;
        faults.push_back(refuse("STALE_VERSION", "/changes/" + std::to_string(i), change.pointer));
    }
    if (!faults.empty()) return faults;
    const Actor author{revision.author, revision.party, revision.user, {}};
    auto revised = with_changes(c.manifest, author, revision.changes);
    return revised ? Refusals{} : std::move(revised.error());
}

}  // namespace guards
}  // namespace liuhen::manifest
