// liuhen-replay: see replay.hpp.
#include "server/tools/replay.hpp"

#include <iostream>

int main(int argc, char** argv) {
    return liuhen::server::replay::main_of(argc, argv, std::cout, std::cerr);
}
