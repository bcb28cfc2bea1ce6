// Place memory: stays of many trucks away from known sites make places that a person looks at.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"

#include <cstddef>
#include <optional>

namespace liuhen::server {

/// Goes through up to `most` days of trucks that are due: a day after their end, and once more a
/// week later. How many it went through. As the core.
int gather_stays(pqxx::transaction_base& db, Instant now, int most);
/// Makes and renews suspect places from the stays, by the rules in force; how many are new.
int find_places(pqxx::transaction_base& db, Instant now);

class PlaceMemory {
public:
    PlaceMemory(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// To be called every ten seconds or so: some days of trucks, and places when all days are
    /// done. How many days it went through.
    awaitable<int> pass();

private:
    Database& database_;
    const Clock& clock_;
    bool fresh_ = true;  ///< stays were gathered since places were looked for
};

}  // namespace liuhen::server
