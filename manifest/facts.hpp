// Everything outside the manifest that a guard may need, looked up by the caller beforehand.
#pragma once

#include "base/ids.hpp"
#include "base/observation.hpp"
#include "base/time.hpp"
#include "manifest/manifest.hpp"

#include <optional>
#include <string>
#include <vector>

namespace liuhen::manifest {

/// What a register found wrong: a code of the catalogue, and which field of the manifest it is
/// about.
struct Finding {
    std::string code;     ///< "PLAN_EXCEEDED"
    std::string pointer;  ///< "/lines/0/planned_g"; empty: the whole of it
    std::string value;    ///< shown with the refusal; may be empty
};

/// A guard whose evidence lives elsewhere (plan, licence, permit, ...). With `failed` each finding
/// becomes a refusal with its words from the catalogue.
struct Check {
    enum class Outcome : std::uint8_t { not_required, satisfied, failed } outcome{};
    std::vector<Finding> findings;  ///< with `failed`: one at least

    static Check satisfied() { return {Outcome::satisfied, {}}; }
    static Check failed(std::string code, std::string pointer = {}, std::string value = {}) {
        return {Outcome::failed, {{std::move(code), std::move(pointer), std::move(value)}}};
    }
};

/// One check for each guard that has no register behind it yet.
struct Checks {
    Check waste_listed;         ///< T04 CODE_UNKNOWN
    Check plan;                 ///< T04, T10 PLAN_MISSING, PLAN_EXCEEDED
    Check licence;              ///< T04 LICENCE_EXPIRED, LICENCE_SCOPE, LICENCE_EXCEEDED
    Check approval;             ///< T04 XPROV_MISSING, XPROV_EXPIRED, XPROV_EXCEEDED
    Check vehicle_permit;       ///< T06 PERMIT_EXPIRED, PERMIT_SCOPE
    Check crew;                 ///< T06 CERT_EXPIRED, NO_ESCORT
    Check containers_loaded;    ///< T10 LABEL_MISMATCH, CONTAINER_DUPLICATE, ..._OPEN_MANIFEST
    Check rated_load;           ///< T10 OVERLOAD
    Check zone_pass;            ///< T12 ZONE_PASS_MISSING
    Check scale;                ///< T19 SCALE_UNKNOWN
    Check containers_received;  ///< T20 CONTAINER_MISSING
    Check method_in_licence;    ///< T20 LICENCE_SCOPE
    Check files;                ///< T14, T19, T25, T28, T33 FILE_UNKNOWN
    Check national_answer;      ///< T31 NATIONAL_ANSWER_MISSING
};

/// A registered place and whose it is.
struct Place {
    SiteId id;
    PartyId owner;
    friend bool operator==(const Place&, const Place&) = default;
};

/// What the directory knows of the parties and places that the filing (or the draft) names.
/// Empty: no such entry.
struct Directory {
    std::optional<Party> producer;
    std::vector<std::optional<Party>> carriers;  ///< one for each leg, in order
    std::optional<Party> receiver;
    std::optional<Place> origin;
    std::optional<Place> destination;
    std::vector<PartyId> closed;  ///< of those named: no longer in business
};

/// A lock named in the acceptance or frozen into the leg.
struct LockFact {
    LockId lock;
    bool bound_to_vehicle = false;   ///< by a binding in force at the request's time
    std::optional<bool> closed;      ///< what it last said; empty: it never spoke
    std::optional<Instant> said_at;  ///< when it said so
};

/// Another manifest that still holds the vehicle (CARRIER_ASSIGNED .. ARRIVED, REJECTED,
/// RETURNING).
struct Occupation {
    std::string manifest_no;
    PartyId carrier;
    PartyId receiver;
    std::optional<Instant> planned_depart_at;
};

/// The vehicle of the acceptance, or of the current leg.
struct Fleet {
    bool vehicle_known = false;
    PartyId vehicle_carrier;  ///< the organisation it belongs to
    std::string plate;        ///< as registered
    std::uint8_t plate_colour{};
    bool terminal_bound = false;  ///< the named terminal, to this vehicle, at the request's time
    bool route_known = true;      ///< the named route exists and is approved between the sites of
                                  ///< the load; not read when none is named
    RouteId route_of_trip;        ///< the one that the running leg is watched by; empty: none
    std::vector<LockFact> locks;
    std::vector<Occupation> occupied_by;
    std::optional<Instant> last_heard;  ///< newest message of the terminal
    std::optional<Instant> last_fix_at;
    std::optional<bool>
        at_origin;  ///< newest fix inside the producer's fence + 100 m; empty: no fence
    std::optional<double>
        metres_to_handover;  ///< newest fix to the planned place; empty: none of both is known
};

/// Another manifest that this one hangs on, or that hangs on it.
struct Relative {
    ManifestId id;
    std::string no;
    Relation relation{};  ///< of a child to its parent
    State state{};
    PartyId producer;
    PartyId receiver;
    int depth = 0;          ///< parents above it
    Grams load;             ///< of a child: planned or, once known, sent
    std::string parent_no;  ///< of a child: whose remainder it takes
};

/// Ends of the time limits that run now, on the calendar of working days.
struct Dues {
    std::optional<Instant> receipt;          ///< end of the fifth working day after arrival
    std::optional<Instant> acknowledgement;  ///< close by the system: not before it
    std::optional<Instant> backfill;         ///< tenth working day after the transfer's end
    std::optional<Instant> revision;         ///< fifth working day from now
};

struct Facts {
    Instant now;                 ///< the service's one clock
    Directory directory;         ///< create, edit, submit
    Fleet fleet;                 ///< carrier_accept, load_sign
    bool requires_lock = false;  ///< carrier_accept: this waste travels under an electronic lock
    Dues dues;
    std::string next_no;  ///< submit: drawn in the caller's transaction; empty: none left
    std::string waste_list_edition;  ///< submit: in force on the planned day; empty: none imported
    std::vector<std::string> list_names;  ///< submit: by line, the code's name in that edition
    std::optional<Grams> scale_floor_g;   ///< weigh_in: what the registered scale can tell apart
    /// Credit codes that an authority lets stand although their check character is wrong.
    std::vector<std::string> excepted_usccs;
    ManifestId child;                ///< redirect: id for the manifest that it makes
    std::optional<Relative> parent;  ///< create, edit: the one named by `parent_no`
    std::vector<Relative> children;  ///< settle_remainder: those named
    bool paper_no_taken = false;     ///< submit_backfill: this producer's, this year
    bool track_contradicts = false;  ///< confirm_backfill: the stored track says otherwise
    Checks checks;
    std::vector<Finding> remarks;  ///< what registers say beside success: warnings
};

/// The serial that a submit draws from: year and first four division digits of the origin.
struct NumberSeries {
    int year{};
    std::string prefecture;
    friend bool operator==(const NumberSeries&, const NumberSeries&) = default;
};
/// Year of the departure in China (planned, or as the paper says) and the producer's prefecture;
/// nullopt when either is missing (submit then refuses for that reason anyway).
std::optional<NumberSeries> number_series(const Manifest& draft,
                                          std::optional<Instant> departure = {});

}  // namespace liuhen::manifest
