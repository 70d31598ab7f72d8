#!/bin/sh
# Compile and run the tests with the AWS SDK for Java: suite.sh FOLDER-OF-JARS
set -u
jars=$1
cd "$(dirname "$0")" || exit 1
classes=$(mktemp -d /tmp/dynamo.java.XXXXXX) || exit 1
trap 'rm -rf "$classes"' EXIT
javac -nowarn -d "$classes" -cp "$jars/*" *.java &&
	java -Xmx512m -XX:TieredStopAtLevel=1 -Dio.netty.tryReflectionSetAccessible=false -cp "$classes:$jars/*" Suite
