// What a caller asks of a manifest: one small struct for each event's body.
#pragma once

#include "manifest/manifest.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace liuhen::manifest {

/// Body of `create` and `edit`: the whole form, which replaces the draft's content. Only the filed
/// fields of a line are read (weights sent, received and accepted are not).
struct Filing {
    Kind kind = Kind::hazardous;
    PartyId producer;  ///< empty: the caller's own
    PartyId carrier;
    PartyId receiver;
    PartyId consignor;
    SiteId origin;
    SiteId destination;
    std::string contract_no;
    std::optional<Instant> planned_depart_at;
    std::optional<Instant> planned_arrive_at;
    std::vector<WasteLine> lines;
};

/// Body of `submit`: nothing but the signature itself.
struct Submission {};

/// Body of `carrier_accept`.
struct Acceptance {
    VehicleId vehicle;
    std::string plate;  ///< empty: the vehicle's registered one; else it must equal it
    Person driver;
    Person escort;
    TerminalId terminal;
    std::vector<LockId> locks;
    RouteId route;  ///< may wait until depart
    std::string waybill_no;
};

/// One line's weight in a body. Its JSON name says which: sent_g, received_g or accepted_g.
struct LineWeight {
    std::uint8_t line_no{};
    Grams weight;
    std::optional<std::uint32_t> containers;  ///< counted, when given
};

/// Body of `load_sign`. Two calls: the producer first, with the weights (state stays
/// CARRIER_ASSIGNED), then the driver (state becomes LOADED), who may leave the weights out.
struct Loading {
    std::optional<Grams> gross_g;
    std::optional<Grams> tare_g;
    std::optional<Grams> net_g;         ///< when given it must equal gross - tare
    std::vector<LineWeight> lines;      ///< net per line; empty: net shared by planned weight
    std::vector<std::string> seal_nos;  ///< in place of a lock that reports itself closed
    std::string scale;
    std::string manual_reason;  ///< why the vehicle's last fix is not here
};

/// Body of `depart`.
struct Departure {
    RouteId route;  ///< empty: the one given at carrier_accept
    std::string zone_pass_no;
};

/// Body of `arrive`.
struct Arrival {};

/// Body of `weigh_in`.
struct WeighIn {
    std::optional<Grams> gross_g;
    std::optional<Grams> tare_g;
    std::optional<Grams> net_g;     ///< when given it must equal gross - tare
    std::optional<Grams> share_g;   ///< this manifest's part when several were weighed at once
    std::vector<LineWeight> lines;  ///< received per line; empty: shared by sent weight
    std::string scale;
    std::optional<Grams> scale_floor_g;  ///< resolution of the scale; 20 kg when not given
};

/// Body of `accept`.
struct Verdict {
    std::vector<LineWeight> lines;  ///< accepted per line; empty: as received
    std::string method_done;        ///< empty: as planned
};

/// Body of `close`.
struct Closing {};

using Body = std::variant<std::monostate, Filing, Submission, Acceptance, Loading, Departure,
                          Arrival, WeighIn, Verdict, Closing>;

/// Who asks: the role of the token, its organisation, its user.
struct Actor {
    Role role{};
    PartyId party;     ///< empty for regulator, police, operator and system
    std::string user;  ///< empty for the system
};

}  // namespace liuhen::manifest
