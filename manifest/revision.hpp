// Corrections of sealed fields, with the assent of the counterparts (T39, T40).
#pragma once

#include "manifest/fields.hpp"
#include "manifest/lifecycle.hpp"

namespace liuhen::manifest {

/// What a corrected manifest contradicts: the form's own rules, the crew's, and the sums of the
/// weights as `before` had them settled.
Refusals content_faults(const Manifest& before, const Manifest& revised);

/// The manifest as it would be with the changes written; what cannot be written is a refusal:
/// FIELD_UNKNOWN, FIELD_SEALED (another party's, or nobody's to revise), FIELD_NOT_FILLED,
/// FIELD_FORMAT, and whatever the form's own rules say of the result.
Result<Manifest, Refusals> with_changes(const Manifest& manifest, const Actor& by,
                                        const std::vector<FieldChange>& changes);

/// Whose assent a revision of this author needs: the other organisations named.
std::vector<PartyId> counterparts_of(const Manifest& manifest, const PartyId& author);

}  // namespace liuhen::manifest
