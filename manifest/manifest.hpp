// The transfer manifest: records without behaviour. What may happen to it is in lifecycle.hpp.
//
// Times are UTC; weights are integer grams; text is UTF-8. "Needed at" in a comment names the event
// that refuses while the field is empty. Field names are the JSON names (weights end in `_g`).
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// The eighteen states; `code()` is the stored and published name ("CARRIER_ASSIGNED").
enum class State : std::uint8_t {
    draft,
    submitted,
    carrier_assigned,
    loaded,
    in_transit,
    handover_pending,
    arrived,
    discrepancy,
    accepted,
    partially_accepted,
    rejected,
    returning,
    returned,
    redirected,
    completed,
    voided,
    backfill_pending,
    closed_by_authority,
    count_,  ///< number of states
};
std::string_view code(State state);
std::optional<State> state_from_code(std::string_view code);
/// COMPLETED, RETURNED, REDIRECTED, VOIDED and CLOSED_BY_AUTHORITY have no way on.
bool is_final(State state);

/// Who acts. `system` is the service itself (fence exit, fence dwell, due times).
enum class Role : std::uint8_t {
    producer,
    carrier,
    driver,
    receiver,
    regulator,
    police,
    operator_,
    system,
    count_,
};
std::string_view code(Role role);  ///< "producer" ... "operator", "system"
std::optional<Role> role_from_code(std::string_view code);

/// Rule set of the waste; `code()`: "HW", "GENERAL", "SLUDGE", "CONSTRUCTION", "MEDICAL", "PIPE".
enum class Kind : std::uint8_t { hazardous, general, sludge, construction, medical, pipe, count_ };
std::string_view code(Kind kind);
std::optional<Kind> kind_from_code(std::string_view code);

/// `code()`: "S", "SS", "L", "G", "SLUDGE".
enum class Form : std::uint8_t { solid, semi_solid, liquid, gas, sludge, count_ };
std::string_view code(Form form);
std::optional<Form> form_from_code(std::string_view code);

/// `code()`: "DRUM", "BAG", "IBC", "BOX", "TANK", "BULK", "OTHER".
enum class Package : std::uint8_t { drum, bag, ibc, box, tank, bulk, other, count_ };
std::string_view code(Package package);
std::optional<Package> package_from_code(std::string_view code);

/// `code()`: "STORE", "USE", "DISPOSE".
enum class Purpose : std::uint8_t { store, use, dispose, count_ };
std::string_view code(Purpose purpose);
std::optional<Purpose> purpose_from_code(std::string_view code);

/// An organisation as it stood when the manifest was filed.
struct Party {
    PartyId id;
    std::string uscc;      ///< unified social credit code, 18 characters; needed at submit
    std::string name;      ///< 2-120 characters; needed at submit
    std::string division;  ///< 6 digits; the producer's first four are in the manifest number
    std::string address;
    std::string contact;
    std::string phone;
    std::string licence_no;           ///< receiver: hazardous-waste licence
    std::string transport_permit_no;  ///< carrier: road transport permit
    friend bool operator==(const Party&, const Party&) = default;
};

/// One kind of waste on the manifest, 1-20 per manifest.
struct WasteLine {
    std::uint8_t line_no{};  ///< 1.. without gaps; 0 in a filing: numbered by position
    std::string waste_name;  ///< 1-100 characters; needed at submit
    std::string category;    ///< "HW49"; filled from the code when empty
    std::string code;        ///< "900-041-49", general waste "900-001-S17"; needed at submit
    std::vector<std::string> hazards;  ///< of T, C, I, R, In; needed at submit for HW, MEDICAL
    std::optional<Form> form;          ///< needed at submit
    std::string components;            ///< 0-200 characters
    std::string taboos;                ///< taboos and emergency measures, 1-500; at submit for HW
    std::optional<Package> package;    ///< needed at submit
    std::optional<std::uint32_t> container_count;  ///< 0-9999
    std::string un_no;                ///< "UN1263"; at submit for HW unless `exempt_rule` is given
    std::string dg_class;             ///< "3", "6.1"; as un_no
    std::string packing_group;        ///< "I", "II", "III" or empty
    std::string exempt_rule;          ///< row of the transport exemption list, empty when none
    std::optional<Purpose> purpose;   ///< needed at submit
    std::string method_planned;       ///< "D10"; 1-20 characters, needed at submit for HW
    std::string method_done;          ///< at accept, the planned one when not given
    std::optional<Grams> planned_g;   ///< needed at submit
    std::optional<Grams> sent_g;      ///< set by load_sign (producer), frozen when LOADED
    std::optional<Grams> received_g;  ///< set by weigh_in
    std::optional<Grams> accepted_g;  ///< set by accept
    bool allocated = false;           ///< received_g is a share of one common weighing
    std::optional<std::uint32_t> containers_received;
    std::string note;  ///< 0-500 characters
    friend bool operator==(const WasteLine&, const WasteLine&) = default;
};

struct Person {
    std::string name;  ///< 2-30 characters
    std::string user;  ///< account that signs for the person; empty when there is none
    std::string certificate_no;
    friend bool operator==(const Person&, const Person&) = default;
};

/// One carrier's part of the way, 1-5 per manifest. Vehicle, crew, terminal and locks are frozen
/// into it by carrier_accept.
struct Leg {
    std::uint8_t leg_no{};  ///< 1.. without gaps
    Party carrier;
    VehicleId vehicle;
    std::string plate;            ///< normalised, see codes.hpp
    std::uint8_t plate_colour{};  ///< JT/T 697.7: 1 blue, 2 yellow, ...; 0 unknown
    Person driver;
    Person escort;  ///< name empty when there is none
    TerminalId terminal;
    std::vector<LockId> locks;           ///< 0-6
    RouteId route;                       ///< needed at depart
    std::string waybill_no;              ///< dangerous-goods waybill, 4-40 characters
    std::string zone_pass_no;            ///< pass for a police-restricted zone, empty when none
    std::vector<std::string> seal_nos;   ///< numbers of plain seals put on at loading
    std::optional<Instant> assigned_at;  ///< carrier_accept
    std::optional<Instant> loaded_at;    ///< the driver's signature; the trip's time range begins
    std::optional<Instant> depart_at;
    std::optional<Instant> arrive_at;  ///< the trip's time range ends
    friend bool operator==(const Leg&, const Leg&) = default;
};

/// Who vouched for which version of the manifest, by which event.
struct Signature {
    std::string event;  ///< "submit", "load_sign", ...
    Role role{};
    PartyId party;
    std::string user;
    Instant at;               ///< the time the signer gave
    std::uint32_t version{};  ///< version of the content signed
    friend bool operator==(const Signature&, const Signature&) = default;
};

/// A truck on a scale, full and empty. The net weight is always gross - tare.
struct Weighing {
    Grams gross_g;
    Grams tare_g;
    Instant at;
    std::string scale;  ///< scale id; empty when weighed by other means
    std::string user;
    std::string manual_reason;  ///< given when the reading was typed, or the vehicle not seen there
    Grams floor_g{20'000};      ///< what the scale can tell apart: smaller differences are none
    [[nodiscard]] Grams net() const { return gross_g - tare_g; }
    friend bool operator==(const Weighing&, const Weighing&) = default;
};

/// A condition beside the state, since when and why.
struct Mark {
    Instant since;
    std::string cause;
    friend bool operator==(const Mark&, const Mark&) = default;
};
/// Exchange with the national system; `code()`: "NOT_NEEDED", "PENDING", ...
enum class Sync : std::uint8_t { not_needed, pending, sent, acked, failed, count_ };
std::string_view code(Sync sync);
std::optional<Sync> sync_from_code(std::string_view code);

/// Conditions beside the state; none of them is a state of its own.
struct Overlays {
    std::optional<Mark> held;
    std::optional<Mark> receipt_overdue;
    std::optional<Mark> difference;  ///< sent and received differ beyond the warning limit
    std::optional<Mark> revision_pending;
    std::optional<Mark> late_backfill;
    Sync sync = Sync::not_needed;
    friend bool operator==(const Overlays&, const Overlays&) = default;
};

/// One transfer. `version` counts every change from 1; 0 is "no such manifest yet" (before create).
struct Manifest {
    ManifestId id;
    std::string no;  ///< 14 digits; empty before submit
    Kind kind = Kind::hazardous;
    State state = State::draft;
    std::uint32_t version{};
    Party producer;
    Party receiver;
    PartyId consignor;   ///< producer or receiver; the producer when empty
    SiteId origin;       ///< the producer's fenced place; needed at submit
    SiteId destination;  ///< the receiver's fenced place; needed at submit
    std::string contract_no;
    std::optional<Instant> planned_depart_at;  ///< needed at submit
    std::optional<Instant>
        planned_arrive_at;  ///< needed at submit; after departure, within 10 days
    std::vector<WasteLine> lines;
    std::vector<Leg> legs;  ///< leg 1 holds the filed carrier from the draft on
    std::vector<Signature> signatures;
    std::optional<Weighing> weigh_out;
    std::optional<Weighing> weigh_in;
    std::optional<Instant> submitted_at;
    std::optional<Instant> accepted_at;
    std::optional<Instant> closed_at;
    Overlays overlays;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

inline constexpr std::size_t max_lines = 20;
inline constexpr std::size_t max_legs = 5;
inline constexpr std::size_t max_locks = 6;

/// The leg that is under way or comes next: the first without an arrival, else the last.
/// Null while the manifest has none.
const Leg* current_leg(const Manifest& manifest);
/// Sum over the lines of a weight; nullopt when a line lacks it or there is no line.
std::optional<Grams> total(const Manifest& manifest, std::optional<Grams> WasteLine::*weight);

}  // namespace liuhen::manifest
